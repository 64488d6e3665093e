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
}
