namespace EdgeDePin.Cli;

/// <summary>What the command tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It worked, and the answer is no.</summary>
    public const int No = 1;

    /// <summary>The command line or a file that it names is wrong.</summary>
    public const int WrongUse = 2;

    /// <summary>Something around us is missing: a port, a folder, a server.</summary>
    public const int Environment = 3;

    /// <summary>Interrupted before it was done.</summary>
    public const int Interrupted = 130;
}
