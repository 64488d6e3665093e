using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Sandbox;

/// <summary>How foreign modules are run. Section <c>Sandbox</c> of the configuration.</summary>
public sealed class SandboxOptions
{
    /// <summary>Whether WebAssembly tasks are run at all. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The program that runs guests. Default: <c>edgedepin-guest</c> beside this one.</summary>
    public string Program { get; set; } = "";

    /// <summary>What stands before the program: an emulator of another processor and its arguments. Default empty.</summary>
    public IList<string> Before { get; } = [];

    /// <summary>Private memory of one guest's process, in MiB, its runtime and the compiler's work included. Default 256; 96 to 4,096 (a .NET process alone has 80).</summary>
    [Range(96, 4_096)]
    public int MemoryMegabytes { get; set; } = 256;

    /// <summary>How long compiling a module may take, in seconds. Default 10; 1 to 300.</summary>
    [Range(1, 300)]
    public int CompileSeconds { get; set; } = 10;

    /// <summary>How long one task may run, whatever its fuel, in seconds. Default 600; 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int RunSeconds { get; set; } = 600;

    /// <summary>After how many seconds without a guest a process is given up. Default 30; 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int IdleSeconds { get; set; } = 30;

    /// <summary>After how many tasks a process is replaced. Default 1,000; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int TasksPerProcess { get; set; } = 1_000;

    /// <summary>Whom a guest's process becomes when the node is the superuser. Default 65534 (nobody).</summary>
    [Range(1, int.MaxValue)]
    public int User { get; set; } = 65_534;

    /// <summary>
    /// Whether a process that could not give up files, network, processes, signals and the superuser's rights is refused. Default true; an
    /// emulator of another processor knows no filters of system calls.
    /// </summary>
    public bool RequireConfinement { get; set; } = true;
}
