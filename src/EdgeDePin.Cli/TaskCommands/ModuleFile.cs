using EdgeDePin.Sandbox.Modules;

namespace EdgeDePin.Cli.TaskCommands;

/// <summary>A module and inputs from files, within their limits.</summary>
internal static class ModuleFile
{
    /// <exception cref="CommandFailure">It cannot be read, or is no module that runs here.</exception>
    public static (byte[] Bytes, ModuleFacts Facts) Read(string file)
    {
        byte[] module = Read(file, ModuleLimits.MaxBytes, "a module");
        try
        {
            return (module, ModuleScan.Read(module));
        }
        catch (FormatException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"{file}: {error.Message}", error);
        }
    }

    /// <exception cref="CommandFailure">It cannot be read, or is longer than it may be.</exception>
    public static byte[] Read(string file, long most, string what)
    {
        try
        {
            var info = new FileInfo(file);
            return info.Length <= most
                ? File.ReadAllBytes(file)
                : throw new CommandFailure(ExitCode.WrongUse, $"{file} has {info.Length} bytes; {what} has at most {most}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"{file} cannot be read: {error.Message}", error);
        }
    }
}
