using System.Diagnostics;

namespace EdgeDePin.EndToEnd;

/// <summary>Runs a program that somebody else wrote, with a bound.</summary>
internal static class ToolCall
{
    /// <summary>Skips the test where the program is missing; in CI that is a failure.</summary>
    public static void Require(string program, string package)
    {
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin")
            .Any(folder => File.Exists(Path.Combine(folder, program)));
        if (!found && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{program} is not installed and CI requires it: apt-get install {package}.");
        }

        Assert.SkipUnless(found, $"{program} is not installed: apt-get install {package}.");
    }

    /// <summary>Runs it and wants exit code 0.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        (int code, string output, string error) = await TryAsync(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}: {output}{error}");
        return output;
    }

    public static async Task<(int Code, string Output, string Error)> TryAsync(string program, string[] arguments,
        string? input = null, TimeSpan? within = null)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            },
        };
        process.StartInfo.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        process.Start();
        using var late = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(60));
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(late.Token),
                error = process.StandardError.ReadToEndAsync(late.Token);
            await process.StandardInput.WriteAsync((input ?? "").AsMemory(), late.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(late.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException error)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end in time.", error);
        }
    }
}
