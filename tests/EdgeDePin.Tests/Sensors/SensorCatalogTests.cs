using System.Text.Json;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation.Buses;

namespace EdgeDePin.Tests.Sensors;

public sealed class SensorCatalogTests
{
    private static readonly JsonSerializerOptions Commented = new() { ReadCommentHandling = JsonCommentHandling.Skip, Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };

    [Theory]
    [InlineData("bme388", "i2c:1", null, "Unknown chip 'bme388'. Known: ade7953, ads1115,")]
    [InlineData("bme280", "serial:/dev/ttyUSB0", null, "bme280 cannot be on 'serial:/dev/ttyUSB0'; use 'i2c:1' or 'spi:0.0'.")]
    [InlineData("bme280", "spi:0", null, "'spi:0' is no bus; use 'i2c:1' or 'spi:0.0'.")]
    [InlineData("bme280", "spi:0.0", 0x76, "it has no address, but Address is 118")]
    [InlineData("sht4x", "spi:0.0", null, "sht4x cannot be on 'spi:0.0'; use 'i2c:1'.")]
    [InlineData("sds011", "i2c:1", null, "use 'serial:/dev/ttyUSB0'")]
    [InlineData("sdm630", "usb:1", null, "'usb:1' is no bus; use 'serial:/dev/ttyUSB0' or 'tcp:192.168.1.20:502'.")]
    [InlineData("sdm630", "tcp:meter", null, "is no bus")]
    [InlineData("bme280", "i2c:one", null, "is no bus")]
    [InlineData("bme280", "i2c:1", 0x40, "no address 0x40; set Address to 0x76 .. 0x77")]
    [InlineData("sdm630", "tcp:[::1]:502", 248, "no address 0xF8")]
    [InlineData("sds011", "serial:/dev/ttyUSB0", 1, "it has no address")]
    public void What_cannot_be_meant_is_said_in_one_line(string chip, string bus, int? address, string complaint)
    {
        var options = new SensorOptions { Chip = chip, Bus = bus, Address = address };
        string message = Assert.Throws<FormatException>(() => SensorCatalog.Open(options, new SimulatedBuses(), TimeProvider.System)).Message;
        Assert.Contains(complaint, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("sps30")]
    [InlineData("pms3003")]
    [InlineData("hpma115")]
    [InlineData("bme280")]
    public void A_chip_that_cannot_sleep_is_not_asked_to(string chip)
    {
        var options = new SensorOptions { Chip = chip, Bus = chip == "bme280" ? "i2c:1" : "serial:/dev/ttyUSB0", SleepBetweenSamples = true };
        Assert.Contains(
            "SleepBetweenSamples is true, but its fan and laser cannot be switched off; leave it out (there are pms5003, pms5003t, sds011 that can)",
            Assert.Throws<FormatException>(() => SensorCatalog.Check(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_i2c_bus_that_this_machine_lacks_is_named_with_its_remedy()
    {
        var options = new SensorOptions { Chip = "bme280", Bus = "i2c:250" };
        IOException error = Assert.Throws<IOException>(() => SensorCatalog.Open(options, SensorBuses.Linux, TimeProvider.System));
        Assert.Contains("enable I2C", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_this_machine_lacks_is_a_fault_of_the_first_sample()
    {
        var options = new SensorOptions { Chip = "sds011", Bus = "serial:/dev/ttyNone" };
        using ISensor sensor = SensorCatalog.Open(options, SensorBuses.Linux, TimeProvider.System);
        Sample sample = await sensor.SampleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(FaultKind.Bus, Assert.IsType<Sample.Faulted>(sample).Fault.Kind);
    }

    [Fact]
    public void Every_chip_has_a_folder_with_a_wiring_guide() => Assert.All(SensorCatalog.Chips.Values, entry =>
    {
        string readme = Path.Combine(SharedData.Repository, "src", "EdgeDePin.Sensors", entry.Folder, "README.md");
        string text = File.ReadAllText(readme);
        Assert.Contains("Chip: " + entry.Chip, text, StringComparison.Ordinal);
        Assert.Contains("maker, sheet", text, StringComparison.Ordinal);
        Assert.Contains("supply", text, StringComparison.Ordinal);
    });

    [Fact]
    public void Every_sample_configuration_opens_its_chip() => Assert.All(SensorCatalog.Chips.Values, entry =>
    {
        using JsonDocument sample = JsonDocument.Parse(entry.Sample(), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        JsonElement sensor = sample.RootElement.GetProperty("Sensing").GetProperty("Sensors")[0];
        SensorOptions options = sensor.Deserialize<SensorOptions>(Commented)!;
        Assert.Equal(entry.Chip, options.Chip);
        Assert.All(sensor.EnumerateObject(), property => Assert.NotNull(typeof(SensorOptions).GetProperty(property.Name)));
        string[] ofAll = ["Id", "Bus", "Oversampling", "Calibrations", "DataClass", "PhaseMilliseconds", "PeriodMilliseconds"];
        Assert.Empty(ofAll.Except(sensor.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(entry.Buses.Contains(BusKind.Serial), entry.Sample().Contains("\"Baud\"", StringComparison.Ordinal));
        using var buses = new SimulatedBuses();
        using ISensor opened = SensorCatalog.Open(options, buses, TimeProvider.System);
        Assert.Equal(entry.Quantities, opened.Quantities);
    });

    [Fact]
    public void A_chip_measures_no_quantity_twice() => Assert.All(SensorCatalog.Chips.Values, entry =>
    {
        Assert.Distinct(entry.Quantities);
        Assert.InRange(entry.Quantities.Length, 1, SampleBuffer.Capacity);
    });
}
