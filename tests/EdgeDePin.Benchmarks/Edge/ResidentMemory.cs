using System.Globalization;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>Memory of a process as Linux counts it (proc(5)).</summary>
internal static class ResidentMemory
{
    /// <summary>The most resident memory that the process ever had, in bytes.</summary>
    public static long Peak(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))[6..].Replace("kB", "", StringComparison.Ordinal),
        NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024;
}
