using EdgeDePin.Tests;

namespace EdgeDePin.EndToEnd;

/// <summary>Small JavaScript programs of the tests, with the packages that their package.json pins. <c>tests/run.sh</c> installs them.</summary>
internal static class NodePackages
{
    /// <summary>The folder <c>artifacts/npm/NAME</c>, with the newest source of the program in it.</summary>
    public static string Folder(string name)
    {
        string source = Path.Combine(SharedData.Repository, "tests", "EdgeDePin.EndToEnd", name);
        string folder = Path.Combine(SharedData.Repository, "artifacts", "npm", name);
        bool installed = Directory.Exists(Path.Combine(folder, "node_modules"));
        if (!installed && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{folder} is not installed and CI requires it: run tests/run.sh.");
        }

        Assert.SkipUnless(installed, $"{folder} is not installed: run tests/run.sh.");
        foreach (string script in Directory.EnumerateFiles(source, "*.js"))
        {
            File.Copy(script, Path.Combine(folder, Path.GetFileName(script)), overwrite: true);
        }

        return folder;
    }
}
