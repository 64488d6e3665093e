namespace EdgeDePin.Benchmarks.Servers;

/// <summary>The checkout that this program was built from, and the programs built beside it.</summary>
internal static class Checkout
{
    // artifacts/bin/<project>/<configuration>/
    private static readonly string Binaries = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Binaries, "..", "..", "..", ".."));

    /// <summary>The path of a program of the same build.</summary>
    public static string Program(string project, string program) =>
        Path.GetFullPath(Path.Combine(Binaries, "..", "..", project, Path.GetFileName(Binaries), program));

    /// <summary>What the image of a module sets for the runtime and the C library.</summary>
    public static IReadOnlyList<(string Name, string Value)> ImageEnvironment(string project) =>
        [.. File.ReadLines(Path.Combine(Folder, "modules", project, "Dockerfile"))
            .Where(line => line.StartsWith("ENV ", StringComparison.Ordinal))
            .SelectMany(line => line[4..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(setting => setting.Split('=', 2))
            .Where(setting => setting[0].StartsWith("DOTNET_", StringComparison.Ordinal) || setting[0].StartsWith("MALLOC_", StringComparison.Ordinal))
            .Select(setting => (setting[0], setting[1]))];
}
