using EdgeDePin.Execution.Scheduling;
using EdgeDePin.Execution.Workflows;

namespace EdgeDePin.Cli.GraphCommands;

/// <summary>Files that a command names, read with errors that say which.</summary>
internal static class WorkflowFile
{
    /// <exception cref="CommandFailure">Missing, or no workflow.</exception>
    public static Workflow Read(string path) => Guarded(path, () => WfFormatReader.ReadFile(path));

    /// <exception cref="CommandFailure">Missing, or no platform.</exception>
    public static Platform ReadPlatform(string path) => Guarded(path, () => Platform.Parse(File.ReadAllBytes(path)));

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException error)
        {
            string message = error.Message.StartsWith(path, StringComparison.Ordinal) ? error.Message : $"{path}: {error.Message}";
            throw new CommandFailure(ExitCode.WrongUse, message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, $"{path} cannot be read: {error.Message}", error);
        }
    }
}
