// What a task written in AssemblyScript may ask of EdgeDePin; docs/tasks.md explains it. Agreement 1.

/** Bytes of the input. */
// @ts-ignore: decorator
@external("edgedepin", "input_length")
export declare function inputLength(): i32;

/** Copies a part of the input into memory. Reading beyond its end ends the task. */
// @ts-ignore: decorator
@external("edgedepin", "input_read")
export declare function inputRead(to: usize, from: i32, length: i32): void;

/** Appends to the output: at most 4 MiB in all. It counts only if the task ends well. */
// @ts-ignore: decorator
@external("edgedepin", "output_write")
export declare function outputWrite(from: usize, length: i32): void;

/** How far the task is; passed on ten times a second. */
// @ts-ignore: decorator
@external("edgedepin", "progress")
export declare function progress(done: i32, total: i32): void;

/** A state from which another execution of this task could go on. */
// @ts-ignore: decorator
@external("edgedepin", "checkpoint")
export declare function checkpoint(from: usize, length: i32): void;

/** Bytes of the state that this execution shall go on from; 0: none. */
// @ts-ignore: decorator
@external("edgedepin", "checkpoint_length")
export declare function checkpointLength(): i32;

/** Copies a part of that state into memory. */
// @ts-ignore: decorator
@external("edgedepin", "checkpoint_read")
export declare function checkpointRead(to: usize, from: i32, length: i32): void;

/** The next number of a sequence that module and input determine. */
// @ts-ignore: decorator
@external("edgedepin", "random")
export declare function random(): u64;

/** Nanoseconds of the task's own time, which is its fuel. */
// @ts-ignore: decorator
@external("edgedepin", "clock")
export declare function clock(): u64;

// @ts-ignore: decorator
@external("edgedepin", "fail")
declare function failWith(from: usize, length: i32): void;

/** Ends the task without a result and says why. */
export function fail(why: string): void {
  let text = String.UTF8.encode(why);
  failWith(changetype<usize>(text), text.byteLength);
}

/** What AssemblyScript calls when an assertion fails: compile with --use abort=sdk/edgedepin/abort. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  fail(message ? message : "aborted");
  unreachable();
}

/** The whole input as 64-bit floats, little endian. */
export function inputNumbers(): StaticArray<f64> {
  let bytes = inputLength();
  if (bytes % 8 != 0) fail("the input is no sequence of 64-bit floats: its length is no multiple of 8");
  let numbers = new StaticArray<f64>(bytes / 8);
  inputRead(changetype<usize>(numbers), 0, bytes);
  return numbers;
}

/** Appends 64-bit floats, little endian. */
export function outputNumbers(numbers: StaticArray<f64>): void {
  outputWrite(changetype<usize>(numbers), numbers.length * 8);
}
