using System.Xml.Linq;

namespace EdgeDePin.Tests.Architecture;

/// <summary>Which project may see which. A new arrow is a decision: it is added here, with its reason in docs/decisions.</summary>
public sealed class ArrowTests
{
    private static readonly string[] Folders = ["src", "modules", "simulators"];

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["EdgeDePin.Model"] = [],
        ["EdgeDePin.Sensors"] = ["EdgeDePin.Model"],
        ["EdgeDePin.Storage"] = ["EdgeDePin.Model"],
        ["EdgeDePin.Deployment"] = ["EdgeDePin.Model"],
        ["EdgeDePin.EdgeHub"] = ["EdgeDePin.Model"],
        ["EdgeDePin.Execution"] = ["EdgeDePin.Model"],
        ["EdgeDePin.Analytics"] = ["EdgeDePin.Model", "EdgeDePin.Execution"],
        ["EdgeDePin.Balance"] = ["EdgeDePin.Model", "EdgeDePin.Execution", "EdgeDePin.Analytics"],
        ["EdgeDePin.Sharing"] = ["EdgeDePin.Model", "EdgeDePin.Execution"],
        ["EdgeDePin.Sandbox"] = ["EdgeDePin.Model", "EdgeDePin.Execution"],
        ["EdgeDePin.Guest"] = ["EdgeDePin.Sandbox"],
        ["EdgeDePin.Web"] = ["EdgeDePin.Model", "EdgeDePin.Storage"],
        ["EdgeDePin.Node"] =
        [
            "EdgeDePin.Model", "EdgeDePin.Sensors", "EdgeDePin.Storage", "EdgeDePin.EdgeHub", "EdgeDePin.Execution",
            "EdgeDePin.Analytics", "EdgeDePin.Sharing",
        ],
        ["EdgeDePin.Simulation"] =
            ["EdgeDePin.Model", "EdgeDePin.Sensors", "EdgeDePin.Execution", "EdgeDePin.Analytics", "EdgeDePin.Sharing", "EdgeDePin.EdgeHub"],
        ["EdgeHubSimulator"] = ["EdgeDePin.EdgeHub"],
        ["EdgeDePin.Cli"] =
        [
            "EdgeDePin.Model", "EdgeDePin.Sensors", "EdgeDePin.Storage", "EdgeDePin.EdgeHub", "EdgeDePin.Execution",
            "EdgeDePin.Analytics", "EdgeDePin.Sharing", "EdgeDePin.Web", "EdgeDePin.Node", "EdgeDePin.Simulation",
            "EdgeHubSimulator", "EdgeDePin.Deployment", "EdgeDePin.Sandbox", "EdgeDePin.Guest", "EdgeDePin.Balance",
        ],
        ["SensorModule"] = ["EdgeDePin.Model", "EdgeDePin.Sensors", "EdgeDePin.EdgeHub", "EdgeDePin.Node"],
        ["TelemetryModule"] =
            ["EdgeDePin.Model", "EdgeDePin.Storage", "EdgeDePin.EdgeHub", "EdgeDePin.Web", "EdgeDePin.Node"],
        ["ComputeModule"] =
        [
            "EdgeDePin.Model", "EdgeDePin.Execution", "EdgeDePin.Sharing", "EdgeDePin.EdgeHub", "EdgeDePin.Node", "EdgeDePin.Sandbox",
            "EdgeDePin.Guest",
        ],
        ["HubModule"] = ["EdgeDePin.Model", "EdgeDePin.EdgeHub", "EdgeDePin.Deployment", "EdgeDePin.Node", "EdgeHubSimulator"],
    };

    public static TheoryData<string> Projects =>
        [.. Folders
            .SelectMany(folder => Directory.EnumerateFiles(
                Path.Combine(SharedData.Repository, folder), "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(SharedData.Repository, path))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_sees_only_what_the_table_allows(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        Assert.True(Allowed.TryGetValue(name, out string[]? allowed), $"{name} has no row in the table of arrows.");
        IEnumerable<string> seen = References(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path));
        Assert.Empty(seen.Except(allowed!, StringComparer.Ordinal));
    }

    [Fact]
    public void The_model_needs_no_package() =>
        Assert.Empty(References("src/EdgeDePin.Model/EdgeDePin.Model.csproj", "PackageReference"));

    [Fact]
    public void Only_the_node_and_its_hosts_know_a_service_provider()
    {
        string[] hosts = ["EdgeDePin.Node", "EdgeDePin.Web", "EdgeDePin.Cli"];
        Assert.DoesNotContain(
            SourceFiles.Of(Folders).Where(file => !hosts.Any(host => file.Contains($"/{host}/", StringComparison.Ordinal))),
            file => File.ReadAllText(file).Contains("IServiceProvider", StringComparison.Ordinal));
    }

    private static IEnumerable<string> References(string project, string element) =>
        XDocument.Load(Path.Combine(SharedData.Repository, project)).Descendants(element)
            .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'));
}
