"""The pages of accounts: signing in and out, registering, passwords, and the account itself."""
