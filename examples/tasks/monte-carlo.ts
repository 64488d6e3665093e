// Monte Carlo of a quantity that returns to its mean (Ornstein-Uhlenbeck, in exact steps): how it will probably go on, and how probably it
// falls below a threshold on the way. Temperature and frost, or a battery and its reserve.
//
// Input, 64-bit floats: value now, mean, rate of return per step, noise per square root of step, threshold, steps (1 to 1,000),
// paths (1 to 10,000,000).
// Output, 64-bit floats: for each step mean, standard deviation and the share of paths below the threshold; then the share of paths that were
// ever below it.

import { inputNumbers, outputNumbers, progress, checkpoint, checkpointLength, checkpointRead, random, fail, abort } from "./sdk/edgedepin";
export { abort };

const BATCH = 1024;

// xoshiro256** (Blackman, Vigna 2018), so that a number costs no import.
let s0: u64, s1: u64, s2: u64, s3: u64;

function next(): u64 {
  let result = rotl(s1 * 5, 7) * 9, t = s1 << 17;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= t;
  s3 = rotl(s3, 45);
  return result;
}

// Marsaglia's polar method; the second number of each pair is thrown away, so that there is no state to keep.
function normal(): f64 {
  while (true) {
    let u = <f64>(next() >> 11) * (2.0 / 9007199254740992.0) - 1.0, v = <f64>(next() >> 11) * (2.0 / 9007199254740992.0) - 1.0;
    let s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt(-2.0 * Math.log(s) / s);
  }
}

function count(number: f64, most: f64, why: string): i32 {
  if (!(number >= 1 && number <= most) || number != Math.floor(number)) fail(why);
  return <i32>number;
}

export function run(): void {
  let input = inputNumbers();
  if (input.length != 7) fail("the input needs seven numbers");
  let now = input[0], mean = input[1], rate = input[2], noise = input[3], threshold = input[4];
  if (!(rate > 0 && noise >= 0)) fail("rate: above 0; noise: 0 or more");
  let steps = count(input[5], 1000, "steps: 1 to 1,000"), paths = count(input[6], 10_000_000, "paths: 1 to 10,000,000");
  let keep = Math.exp(-rate), spread = noise * Math.sqrt((1.0 - keep * keep) / (2.0 * rate));

  // State: done, ever, generator (4), then sum, squares and below of each step.
  let state = new StaticArray<f64>(6 + 3 * steps);
  let length = state.length * 8, at = changetype<usize>(state);
  if (checkpointLength() == length) {
    checkpointRead(at, 0, length);
    s0 = load<u64>(at, 16);
    s1 = load<u64>(at, 24);
    s2 = load<u64>(at, 32);
    s3 = load<u64>(at, 40);
  } else {
    s0 = random();
    s1 = random();
    s2 = random();
    s3 = random();
  }

  for (let path = <i32>state[0]; path < paths; path++) {
    if (path % BATCH == 0) {
      state[0] = <f64>path;
      store<u64>(at, s0, 16);
      store<u64>(at, s1, 24);
      store<u64>(at, s2, 32);
      store<u64>(at, s3, 40);
      checkpoint(at, length);
      progress(path, paths);
    }

    let value = now - mean, ever = false;
    for (let step = 0; step < steps; step++) {
      value = value * keep + spread * normal();
      let below = value + mean < threshold;
      ever = ever || below;
      let line = 6 + 3 * step;
      state[line] += value;
      state[line + 1] += value * value;
      state[line + 2] += below ? 1.0 : 0.0;
    }

    state[1] += ever ? 1.0 : 0.0;
  }

  let output = new StaticArray<f64>(3 * steps + 1);
  for (let step = 0; step < steps; step++) {
    let line = 6 + 3 * step, average = state[line] / paths;
    output[3 * step] = average + mean;
    output[3 * step + 1] = Math.sqrt(Math.max(0, state[line + 1] / paths - average * average));
    output[3 * step + 2] = state[line + 2] / paths;
  }

  output[3 * steps] = state[1] / paths;
  outputNumbers(output);
}
