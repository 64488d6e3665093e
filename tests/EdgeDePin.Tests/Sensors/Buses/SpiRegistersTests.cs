using System.Device.Spi;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Buses;

namespace EdgeDePin.Tests.Sensors.Buses;

public sealed class SpiRegistersTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    // BST-BME280-DS002, section 6.3: control bytes of bit 7 for the direction and seven of the register; figures 12 and 13.
    [Fact]
    public void A_register_is_read_and_written_as_the_datasheet_draws_it()
    {
        var line = new Listening();
        using var registers = new SpiRegisters(line, 0);
        registers.Write([0xF2, 0x01, 0xF4, 0x25]);
        Assert.Equal("72017425", Convert.ToHexString(line.Sent));
        byte[] read = new byte[3];
        registers.WriteRead([0xF7], read);
        Assert.Equal("F7000000", Convert.ToHexString(line.Sent));
        Assert.Equal([1, 2, 3], read);
    }

    [Fact]
    public async Task A_chip_that_is_not_there_is_told_and_not_measured()
    {
        using var buses = new SimulatedBuses();
        var options = new SensorOptions { Chip = "bme280", Bus = "spi:0.1" };
        using ISensor sensor = SensorCatalog.Open(options, buses, new AcceleratedTime(TimeProvider.System, DateTimeOffset.UnixEpoch, 1_000));
        SensorFault fault = Assert.IsType<Sample.Faulted>(await sensor.SampleAsync(Stop)).Fault;
        Assert.Equal(FaultKind.WrongChip, fault.Kind);
        Assert.Contains("0xFF", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bus_that_this_machine_lacks_is_named_with_its_remedy()
    {
        var options = new SensorOptions { Chip = "bme280", Bus = "spi:250.0" };
        Assert.Contains("enable SPI", Assert.Throws<IOException>(() => SensorCatalog.Open(options, SensorBuses.Linux, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    private sealed class Listening : SpiDevice
    {
        public byte[] Sent { get; private set; } = [];

        public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 0);

        public override void Read(Span<byte> buffer) => throw new NotSupportedException();

        public override void Write(ReadOnlySpan<byte> buffer) => Sent = buffer.ToArray();

        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            Sent = writeBuffer.ToArray();
            for (int at = 0; at < readBuffer.Length; at++)
            {
                readBuffer[at] = (byte)at;
            }
        }
    }
}
