using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Tests.Sensors.Buses;

public sealed class BusScanTests
{
    [Fact]
    public void What_answers_is_found_and_named()
    {
        string devices = Directory.CreateTempSubdirectory("edgedepin-dev-").FullName;
        try
        {
            foreach (string name in new[] { "i2c-1", "ttyUSB0", "ttyS0", "ttyS", "serial0", "null" })
            {
                File.WriteAllText(Path.Combine(devices, name), "");
            }

            using SimulatedBuses buses = new SimulatedBuses().With(1, 0x76, new SimulatedBme280((_, _) => 20, TimeProvider.System));
            buses.SimulatedOneWire.Plug("28-00000a1b2c3d", () => []);
            IReadOnlyList<BusFinding> found = BusScan.Of(buses, devices);
            Assert.Equal(
                ["i2c:1", $"serial:{devices}/ttyUSB0", $"serial:{devices}/ttyS0", $"serial:{devices}/serial0", "w1:28-00000a1b2c3d"],
                found.Select(one => one.Bus));
            Assert.Equal(0x76, found[0].Address);
            Assert.Equal(["bme280", "bmp280", "bmp388", "bmp390"], found[0].Chips);
            Assert.Contains("sds011", found[1].Chips);
        }
        finally
        {
            Directory.Delete(devices, recursive: true);
        }
    }
}
