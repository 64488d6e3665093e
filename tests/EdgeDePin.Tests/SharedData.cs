using System.Reflection;

namespace EdgeDePin.Tests;

/// <summary>Published series, captures and vectors outside the project: <c>EDGEDEPIN_DATA</c>, or <c>../shared/data</c> beside it.</summary>
internal static class SharedData
{
    /// <summary>The path of a data file. Where it is missing the test reports itself skipped, except in CI, where it fails.</summary>
    public static string Require(params string[] parts)
    {
        string root = Environment.GetEnvironmentVariable("EDGEDEPIN_DATA") ?? Path.Combine(Repository, "..", "shared", "data");
        string path = Path.GetFullPath(Path.Combine([root, .. parts]));
        bool exists = File.Exists(path) || Directory.Exists(path);
        if (!exists && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{path} is missing and CI requires it; set EDGEDEPIN_DATA to the folder that holds {parts[0]}/.");
        }

        Assert.SkipUnless(exists, $"{path} is not here; set EDGEDEPIN_DATA to the folder that holds {parts[0]}/.");
        return path;
    }

    /// <summary>The top folder of the checkout that these tests were built from.</summary>
    public static string Repository { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder)
    {
        while (!File.Exists(Path.Combine(folder, "EdgeDePin.sln")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException($"No EdgeDePin.sln above {Assembly.GetExecutingAssembly().Location}.");
        }

        return folder;
    }
}
