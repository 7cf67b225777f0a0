// Writes the files for the browser into a folder: node publish.js <folder>
// In production that is the site's static storage, below size_guide_node/.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FILES } from "./assets.js";

const [, , folder] = process.argv;
if (!folder) {
  console.error("usage: node publish.js <folder>");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (const { name, data } of FILES.values()) {
  // Nobody may be served half a file.
  writeFileSync(join(folder, `${name}.new`), data);
  renameSync(join(folder, `${name}.new`), join(folder, name));
  console.log(join(folder, name));
}
