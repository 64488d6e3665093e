using EdgeDePin.Model;

namespace EdgeDePin.Sandbox.Modules;

/// <summary>What is known of a module before it is compiled.</summary>
/// <param name="Digest">SHA-256 of its bytes: its name.</param>
/// <param name="Bytes">Size of the module.</param>
/// <param name="Functions">Functions with a body.</param>
/// <param name="UsesFloats">
/// Whether any opcode touches floating point. Only then the bits of NaN can differ between processors, and only then arithmetic pays for
/// making them canonical.
/// </param>
/// <param name="MinPages">Pages (64 KiB) of memory that it begins with.</param>
public sealed record ModuleFacts(Digest Digest, int Bytes, int Functions, bool UsesFloats, int MinPages);
