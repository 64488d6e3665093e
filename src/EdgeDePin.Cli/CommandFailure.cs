namespace EdgeDePin.Cli;

/// <summary>The command cannot go on. The message is one line: what failed, the value seen, what to do.</summary>
internal sealed class CommandFailure(int exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    public int ExitCode { get; } = exitCode;
}
