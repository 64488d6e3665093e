using EdgeDePin.Tests;

namespace EdgeDePin.EndToEnd.Tasks;

/// <summary>The modules of the examples are what their sources say.</summary>
public sealed class ExampleBuildTests
{
    [Fact]
    public async Task The_modules_in_the_repository_are_the_bytes_that_their_sources_make()
    {
        ToolCall.Require("clang", "clang");
        ToolCall.Require("wasm-ld", "lld");
        ToolCall.Require("npm", "npm");
        string version = await ToolCall.RunAsync("clang", "--version");
        Assert.SkipUnless(version.Contains("14.0.6", StringComparison.Ordinal), $"The modules were made by clang 14.0.6 of Debian 12; here is {version.Split('\n')[0]}.");
        string folder = Path.Combine(SharedData.Repository, "examples", "tasks"), built = Directory.CreateTempSubdirectory("edgedepin-examples-").FullName;
        try
        {
            await ToolCall.RunAsync(Path.Combine(folder, "build.sh"), built);
            string[] modules = [.. Directory.EnumerateFiles(folder, "*.wasm").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
            Assert.Equal(["backtest.wasm", "map-tile.wasm", "monte-carlo.wasm", "power-quality.wasm"], modules);
            Assert.All(modules, module => Assert.Equal(File.ReadAllBytes(Path.Combine(folder, module)), File.ReadAllBytes(Path.Combine(built, module))));
        }
        finally
        {
            Directory.Delete(built, recursive: true);
        }
    }
}
