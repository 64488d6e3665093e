namespace EdgeDePin.Tests.Architecture;

/// <summary>The project's own source, as the architecture tests read it.</summary>
internal static class SourceFiles
{
    /// <summary>Every C# and Razor file below these top-level folders, with forward slashes, build output left out.</summary>
    public static IEnumerable<string> Of(params string[] folders) =>
        folders.Select(folder => Path.Combine(SharedData.Repository, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor")
            .Select(file => file.Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
}
