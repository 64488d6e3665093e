namespace EdgeDePin.Sandbox.Modules;

/// <summary>
/// What a module may consist of. Time and memory of a compiler grow faster than the module in places that only these numbers bound: nested
/// blocks with a table of branches each took 48 s and 504 MiB at 206 KiB. What passes here is compiled under limits of the process all the same.
/// </summary>
public static class ModuleLimits
{
    /// <summary>Of the whole module; the examples have 2 to 30 KiB.</summary>
    public const int MaxBytes = 512 * 1024;

    /// <summary>Functions with a body. Twenty thousand compile, and take 120 MiB.</summary>
    public const int MaxFunctions = 2_000;

    /// <summary>Of one function's body; one of 1.3 MB compiles, and takes 210 MiB.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    /// <summary>Of one function; each is a register to allocate.</summary>
    public const int MaxLocals = 4_096;

    /// <summary>Blocks, loops and ifs within each other.</summary>
    public const int MaxNesting = 256;

    /// <summary>Of all tables of branches in one function together.</summary>
    public const int MaxBranchTargets = 4_096;

    /// <summary>Function types; each import and each indirect call names one.</summary>
    public const int MaxTypes = 1_000;

    /// <summary>Parameters or results of a function type.</summary>
    public const int MaxParameters = 64;

    /// <summary>Global variables.</summary>
    public const int MaxGlobals = 1_000;

    /// <summary>Exports; <c>memory</c> and <c>run</c> are needed.</summary>
    public const int MaxExports = 1_000;

    /// <summary>Entries of the one table, at the start and later.</summary>
    public const int MaxTableEntries = 10_000;
}
