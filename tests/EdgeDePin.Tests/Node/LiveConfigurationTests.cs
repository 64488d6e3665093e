using System.Text.Json.Nodes;
using EdgeDePin.EdgeHub;
using EdgeDePin.Node;
using EdgeDePin.Tests.Storage;

namespace EdgeDePin.Tests.Node;

public sealed class LiveConfigurationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_twin_stands_between_file_and_arguments_and_its_lists_replace()
    {
        LiveConfiguration live = Live("""
            { "Node": { "Name": "roof" }, "Sensing": { "Sensors": [ { "Id": "a", "Chip": "bme280", "Bus": "i2c:1" }, { "Id": "b", "Chip": "sds011", "Bus": "serial:/dev/ttyUSB0" } ] } }
            """, "--Node:Site", "lab");
        (var configuration, _) = live.With(Json("""{"Sensing":{"Sensors":[{"Id":"c","Chip":"sdm630","Bus":"tcp:192.0.2.1:502","PeriodMilliseconds":200}]}}"""));
        SensingOptions sensing = NodeSections.Sensing(configuration);
        Assert.Equal(["c/sdm630/200"], sensing.Sensors.Select(sensor => $"{sensor.Id}/{sensor.Chip}/{sensor.PeriodMilliseconds}"));
        NodeOptions node = NodeSections.Node(configuration);
        Assert.Equal(("roof", "lab"), (node.Name, node.Site));
    }

    [Theory]
    [InlineData("""{"Hub":{"Host":"elsewhere"}}""", "'Hub' is no section")]
    [InlineData("""{"Sensing":{"Sensors":[],"sensors":[]}}""", "sensors")]
    public void What_the_twin_may_not_change_is_told(string desired, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<OptionsException>(() => Live("{}").With(Json(desired))).Message, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("""{"Node":{"Name":"a b"}}""", "Node:Name = 'a b'")]
    [InlineData("""{"Node":{"Nam":"a"}}""", "Nam")]
    [InlineData("""{"Hub":{"Port":"many"}}""", "many")]
    [InlineData("""{"Sensing":{"Sensors":[{"Chip":"bme280","Bus":"i2c:1","PeriodMilliseconds":5}]}}""", "PeriodMilliseconds")]
    public void Generated_binding_refuses_what_reflection_refuses(string file, string complaint)
    {
        (var configuration, _) = Live(file).With([]);
        OptionsException error = Assert.Throws<OptionsException>(() =>
        {
            NodeSections.Node(configuration);
            NodeSections.Hub(configuration);
            NodeSections.Sensing(configuration);
        });
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_good_properties_are_read_back_and_a_torn_file_is_none()
    {
        var last = new LastGood(_folder.Path, "sensor");
        Assert.Null(last.Read());
        last.Write(new TwinProperties(Json("""{"Sensing":{"Sensors":[]}}"""), 7));
        Assert.Equal(("""{"Sensing":{"Sensors":[]}}""", 7L), (last.Read()!.Values.ToJsonString(), last.Read()!.Version));
        File.WriteAllText(_folder.Sub("desired-sensor.json"), "{\"Sens");
        Assert.Null(last.Read());
    }

    private LiveConfiguration Live(string file, params string[] arguments)
    {
        string path = _folder.Sub("node.json");
        File.WriteAllText(path, file);
        return new LiveConfiguration(["--config", path, .. arguments], "Sensing");
    }

    private static JsonObject Json(string text) => (JsonObject)JsonNode.Parse(text)!;
}
