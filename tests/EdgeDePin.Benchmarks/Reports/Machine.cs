using System.Globalization;
using System.Runtime.InteropServices;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Reports;

/// <summary>Where and of what a figure was measured.</summary>
internal static class Machine
{
    /// <summary>Processor, cores, memory, system and runtime in one line.</summary>
    public static string Describe()
    {
        string processor = Field("/proc/cpuinfo", "model name") ?? Field("/proc/cpuinfo", "Model") ?? "unknown processor";
        long kilobytes = long.Parse((Field("/proc/meminfo", "MemTotal") ?? "0 kB").Split(' ')[0], CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture,
            $"{processor}, {Environment.ProcessorCount} cores, {kilobytes / 1e6:0.#} GB, {RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}, {RuntimeInformation.FrameworkDescription}");
    }

    /// <summary>The commit of the checkout, with a plus sign where files differ from it; <c>unknown</c> without git.</summary>
    public static string Commit()
    {
        string? commit = Git("rev-parse", "--short", "HEAD");
        return commit is null ? "unknown" : Git("status", "--porcelain", "--untracked-files=no") is { Length: > 0 } ? $"{commit}+" : commit;
    }

    private static string? Field(string file, string name) =>
        !File.Exists(file) ? null
        : File.ReadLines(file).Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()).FirstOrDefault();

    private static string? Git(params string[] arguments) => Tool.Output("git", ["-C", Checkout.Folder, .. arguments]);
}
