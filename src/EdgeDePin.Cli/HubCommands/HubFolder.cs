namespace EdgeDePin.Cli.HubCommands;

/// <summary>Where things are in the folder of a hub.</summary>
internal static class HubFolder
{
    // The address of a unix socket takes 108 bytes with its final zero (unix(7)); a longer path fails deep inside the runtime.
    private const int LongestSocketPath = 107;

    public static string WorkloadSocket(DirectoryInfo data) => Socket(data, "workload.sock");

    /// <summary>With a socket for each module of the manifest, which signs for that module alone.</summary>
    public static string WorkloadFolder(DirectoryInfo data) => Path.Combine(data.FullName, "workload");

    public static string ManagementSocket(DirectoryInfo data) => Socket(data, "management.sock");

    private static string Socket(DirectoryInfo data, string name)
    {
        string path = Path.Combine(data.FullName, name);
        return System.Text.Encoding.UTF8.GetByteCount(path) <= LongestSocketPath
            ? path
            : throw new CommandFailure(ExitCode.WrongUse, $"--data {data.FullName} is too long: a socket's path takes {LongestSocketPath} bytes, and {name} stands in it.");
    }
}
