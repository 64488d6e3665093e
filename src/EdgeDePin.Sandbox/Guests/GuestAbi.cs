using System.Collections.Frozen;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>
/// What host and guest agreed on, version 1; docs/tasks.md explains it. A change of meaning is a new version, and so a new task kind.
/// </summary>
public static class GuestAbi
{
    /// <summary>The version of this agreement, and of the task kind <c>wasm</c>.</summary>
    public const int Version = 1;

    /// <summary>Module name of all imports.</summary>
    public const string Module = "edgedepin";

    /// <summary>The function that does the work: no parameters, no results.</summary>
    public const string Run = "run";

    /// <summary>The guest's one memory.</summary>
    public const string Memory = "memory";

    /// <summary>Every import that there is, with its type.</summary>
    public static FrozenDictionary<string, string> Imports { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["input_length"] = "->i32",
        ["input_read"] = "i32,i32,i32->",
        ["output_write"] = "i32,i32->",
        ["progress"] = "i32,i32->",
        ["checkpoint"] = "i32,i32->",
        ["checkpoint_length"] = "->i32",
        ["checkpoint_read"] = "i32,i32,i32->",
        ["random"] = "->i64",
        ["clock"] = "->i64",
        ["fail"] = "i32,i32->",
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
