using System.ComponentModel;
using System.Diagnostics;

namespace EdgeDePin.Benchmarks.Servers;

/// <summary>Programs of the system that are asked for one word.</summary>
internal static class Tool
{
    /// <summary>What it prints, trimmed; null when it is not there or fails.</summary>
    public static string? Output(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            string output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
