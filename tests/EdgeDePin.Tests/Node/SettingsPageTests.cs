using System.Reflection;
using EdgeDePin.Node;
using EdgeDePin.Node.Clocks;
using EdgeDePin.Sandbox;
using EdgeDePin.Sensors;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Node;

/// <summary>docs/settings.md has a row for each key that a module reads, and for no other.</summary>
public sealed class SettingsPageTests
{
    private static readonly (string Section, Type Options)[] Sections =
    [
        ("Node", typeof(NodeOptions)), ("Hub", typeof(HubOptions)),
        ("Sensing", typeof(SensingOptions)), ("Sensing:Sensors", typeof(SensorOptions)), ("Sensing:Sensors:Calibrations", typeof(CalibrationOptions)),
        ("Sensing:Buses", typeof(BusOptions)), ("Sensing:Neighbours", typeof(NeighbourCheckOptions)),
        ("Store", typeof(StoreOptions)), ("Influx", typeof(InfluxOptions)), ("Influx:Destinations", typeof(InfluxDestination)),
        ("Api", typeof(ApiOptions)), ("Api:Users", typeof(ApiUser)), ("Http", typeof(HttpOptions)), ("Clock", typeof(ClockOptions)),
        ("Computing", typeof(ComputingOptions)), ("Broker", typeof(BrokerOptions)), ("Sandbox", typeof(SandboxOptions)),
    ];

    [Fact]
    public void Each_key_that_a_module_reads_stands_in_the_page_about_settings()
    {
        Dictionary<string, List<string>> page = [];
        string section = "";
        foreach (string line in File.ReadLines(Path.Combine(SharedData.Repository, "docs", "settings.md")))
        {
            if (line.StartsWith("### `", StringComparison.Ordinal))
            {
                page.Add(section = line[5..^1], []);
            }
            else if (line.StartsWith("| `", StringComparison.Ordinal))
            {
                page[section].Add(line[3..line.IndexOf('`', 3)]);
            }
        }

        Assert.Equal(Sections.Select(one => one.Section).Order(StringComparer.Ordinal), page.Keys.Order(StringComparer.Ordinal));
        Assert.All(Sections, one => Assert.Equal(Keys(one.Options).Order(StringComparer.Ordinal), page[one.Section].Order(StringComparer.Ordinal)));
    }

    // What the binder fills: what can be set, and lists that can be added to.
    private static IEnumerable<string> Keys(Type options) => options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true } || (property.PropertyType.IsGenericType && property.PropertyType.IsInterface
            && property.PropertyType.Name is "IList`1" or "IDictionary`2"))
        .Select(property => property.Name);
}
