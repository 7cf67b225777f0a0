import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Countdown } from "../src/timer";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => vi.useRealTimers());

it("ends after its duration", () => {
  const onEnd = vi.fn();
  new Countdown(6000, onEnd).run();
  vi.advanceTimersByTime(5999);
  expect(onEnd).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onEnd).toHaveBeenCalledOnce();
});

it("goes on with what was left when it was held", () => {
  const onEnd = vi.fn();
  const countdown = new Countdown(6000, onEnd);
  countdown.run();
  vi.advanceTimersByTime(4000);
  countdown.hold();
  vi.advanceTimersByTime(60_000);
  countdown.run();
  vi.advanceTimersByTime(1999);
  expect(onEnd).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onEnd).toHaveBeenCalledOnce();
});

it("is not started twice", () => {
  const onEnd = vi.fn();
  const countdown = new Countdown(100, onEnd);
  countdown.run();
  countdown.run();
  vi.advanceTimersByTime(1000);
  expect(onEnd).toHaveBeenCalledOnce();
});
