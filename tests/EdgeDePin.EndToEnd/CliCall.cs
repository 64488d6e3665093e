namespace EdgeDePin.EndToEnd;

/// <summary>The command as a process that ends by itself.</summary>
internal static class CliCall
{
    /// <summary>Where the program lies.</summary>
    public static readonly string Program = Path.Combine(
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..")), "EdgeDePin.Cli",
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "edgedepin");

    public static Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        ToolCall.TryAsync(Program, arguments);

    public static Task<(int Code, string Output, string Error)> WithInputAsync(string input, params string[] arguments) =>
        ToolCall.TryAsync(Program, arguments, input);

    /// <summary>Wants exit code 0.</summary>
    public static async Task<string> DoneAsync(params string[] arguments)
    {
        (int code, string output, string error) = await RunAsync(arguments);
        Assert.True(code == 0, $"edgedepin {string.Join(' ', arguments)} ended with {code}: {output}{error}");
        return output;
    }

    /// <summary>Wants this exit code, and one line that says why.</summary>
    public static async Task RefusedAsync(int exitCode, string complaint, params string[] arguments)
    {
        (int code, string output, string error) = await RunAsync(arguments);
        Assert.True(code == exitCode, $"edgedepin {string.Join(' ', arguments)} ended with {code}: {output}{error}");
        Assert.Contains(complaint, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }
}
