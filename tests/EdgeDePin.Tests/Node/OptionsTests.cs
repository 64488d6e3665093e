using EdgeDePin.Node;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using Microsoft.Extensions.Configuration;

namespace EdgeDePin.Tests.Node;

/// <summary>What the sample configuration says is what the modules get, and what is wrong with one is said.</summary>
public sealed class OptionsTests
{
    private static readonly IConfiguration Sample = new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(SharedData.Repository, "deployment", "devices", "node.json")).Build();

    [Fact]
    public void Every_option_of_the_sample_is_bound()
    {
        NodeOptions node = OptionsSection.Read<NodeOptions>(Sample, "Node");
        Assert.Equal(("home", "node-1", "data/node-1", 42), (node.Site, node.Name, node.DataFolder, node.AltitudeMetres));
        HubOptions hub = OptionsSection.Read<HubOptions>(Sample, "Hub");
        Assert.Equal(("127.0.0.1", 1883, "edgedepin"), (hub.Host, hub.Port, hub.DeviceId));
        ComputingOptions computing = OptionsSection.Read<ComputingOptions>(Sample, "Computing");
        Assert.Equal((0, 60, 2, 60), (computing.Lanes, computing.WindowSeconds, computing.LatenessSeconds, computing.BackTestSeconds));
        BrokerOptions broker = OptionsSection.Read<BrokerOptions>(Sample, "Broker");
        Assert.Equal(("127.0.0.1", 1884), (broker.Host, broker.Port));
        InfluxOptions influx = OptionsSection.Read<InfluxOptions>(Sample, "Influx");
        Assert.Equal((new Uri("http://127.0.0.1:8086"), "edgedepin"), (influx.Url, influx.Database));
        Assert.Equal(8080, OptionsSection.Read<HttpOptions>(Sample, "Http").Port);
    }

    [Fact]
    public void Every_sensor_of_the_sample_is_one_of_the_catalogue()
    {
        SensingOptions sensing = OptionsSection.Read<SensingOptions>(Sample, "Sensing");
        Assert.Equal(["roof/bme280/i2c:1", "street/sds011/serial:/dev/ttyUSB0", "meter/sdm630/tcp:192.0.2.10:502"],
            sensing.Sensors.Select(sensor => $"{sensor.Id}/{sensor.Chip}/{sensor.Bus}"));
        Assert.Equal([118, null, 1], sensing.Sensors.Select(sensor => sensor.Address));
        Assert.All(sensing.Sensors, sensor => Assert.True(SensorCatalog.Chips.ContainsKey(sensor.Chip)));
    }

    [Theory]
    [InlineData("Computing", "WindowSeconds", "0", "Computing:WindowSeconds = '0'")]
    [InlineData("Http", "Port", "70000", "Http:Port = '70000'")]
    [InlineData("Node", "Name", "a b", "Node:Name = 'a b'")]
    [InlineData("Hub", "Prot", "1883", "Prot")]
    [InlineData("Hub", "Port", "many", "many")]
    public void A_wrong_value_is_named(string section, string key, string value, string complaint)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new($"{section}:{key}", value)]).Build();
        OptionsException error = Assert.Throws<OptionsException>(() =>
        {
            object _ = section switch
            {
                "Computing" => OptionsSection.Read<ComputingOptions>(configuration, section),
                "Http" => OptionsSection.Read<HttpOptions>(configuration, section),
                "Node" => OptionsSection.Read<NodeOptions>(configuration, section),
                _ => OptionsSection.Read<HubOptions>(configuration, section),
            };
        });
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sensing:Sensors:0:DataClass", "Street", "Sensing:Sensors:0:DataClass = 'Street': it takes LocalOnly, Owner, Site, Public.")]
    [InlineData("Sensing:Sensors:0:Format", "8N1", "Sensing:Sensors:0:Format = '8N1': it takes EightNoneOne, ")]
    [InlineData("Sensing:Neighbours:PeriodSeconds", "soon", "Sensing:Neighbours:PeriodSeconds = 'soon': it takes a number.")]
    [InlineData("Sensing:Neighbours:Tolerance", "99", "Sensing:Neighbours:Tolerance = '99': The field Sensing.Neighbours.Tolerance must be between 1 and 10")]
    [InlineData("Sensing:Sensors:0:PeriodMilliseconds", "1", "Sensing:Sensors:0:PeriodMilliseconds = '1': ")]
    [InlineData("Sensing:Sensors:0:DataKlass", "Site", "there is no key 'DataKlass'")]
    public void What_a_native_module_refuses_names_place_value_and_what_it_takes(string path, string value, string complaint)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("Sensing:Sensors:0:Chip", "bme280"), new("Sensing:Sensors:0:Bus", "i2c:1"), new(path, value)]).Build();
        Assert.Contains(complaint, Assert.Throws<OptionsException>(() => NodeSections.Sensing(configuration)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_without_sensors_is_told_so() =>
        Assert.Contains("Sensing:Sensors is empty",
            Assert.Throws<OptionsException>(() => OpenSensors.Of(new SensingOptions(), SensorBuses.Linux, TimeProvider.System)).Message,
            StringComparison.Ordinal);
}
