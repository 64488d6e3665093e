using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.AirQuality.Hpma115;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Network;

namespace EdgeDePin.Tests.Sensors.AirQuality;

public sealed class Hpma115SensorTests
{
    // The answer that Honeywell's sheet 32322550 prints for an HPMA115S0: PM2.5 of 48 and PM10 of 49 µg/m³.
    private static readonly byte[] Larger = [0x40, 0x05, 0x04, 0x00, 0x30, 0x00, 0x31, 0x56];
    private static readonly byte[] Refusal = [0x96, 0x96];

    private readonly VirtualTime _time = new(1);

    public static TheoryData<byte[], byte[], FaultKind, string, string> Refused => new()
    {
        { Hpma115Frame.Done.ToArray(), Larger, FaultKind.WrongChip, "HPMA115S0", "Use an HPMA115C0" },
        { Larger, Larger, FaultKind.WrongChip, "HPMA115S0", "Use an HPMA115C0" },
        { Refusal, Refusal, FaultKind.Refused, "refuses to be quiet (96 96)", "Take its supply away" },
        { Hpma115Frame.Done.ToArray(), Refusal, FaultKind.Refused, "refuses to report (96 96)", "Take its supply away" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_a_chip_refuses_is_told_with_a_remedy(byte[] toBeQuiet, byte[] toReport, FaultKind kind, string detail, string remedy) =>
        Run(new Line(_time, toBeQuiet, toReport), sample =>
        {
            SensorFault fault = Assert.IsType<Sample.Faulted>(sample).Fault;
            Assert.Equal(kind, fault.Kind);
            Assert.Contains(detail, fault.Detail, StringComparison.Ordinal);
            Assert.StartsWith(remedy, fault.Remedy, StringComparison.Ordinal);
        });

    [Fact]
    public void Reports_that_were_on_their_way_are_no_answer()
    {
        var line = new Line(_time, Hpma115Frame.Done.ToArray(), Hpma115Frame.Of([1, 2, 3, 4]));
        line.Say(Hpma115Frame.Of([90, 91, 92, 93]));
        line.Say(Hpma115Frame.Of([94, 95, 96, 97]));
        Run(line, sample => Assert.Equal([1, 2, 3, 4], Assert.IsType<Sample.Measured>(sample).Measurements.Select(one => one.Value)));
    }

    private void Run(Line line, Action<Sample> see)
    {
        using var buses = new SimulatedBuses();
        buses.With("/dev/dust", line);
        using ISensor sensor = SensorCatalog.Open(new SensorOptions { Chip = "hpma115", Bus = "serial:/dev/dust" }, buses, _time);
        new VirtualThread(_time).Run(async () => see(await sensor.SampleAsync(CancellationToken.None)));
    }

    /// <summary>A chip that answers each command with these bytes.</summary>
    private sealed class Line(VirtualTime time, byte[] toBeQuiet, byte[] toReport) : SimulatedUartChip(null)
    {
        protected override TimeProvider Time => time;

        protected override byte[] Answer(ReadOnlySpan<byte> question) =>
            question.SequenceEqual(Hpma115Frame.BeQuiet.Span) ? toBeQuiet
            : question.SequenceEqual(Hpma115Frame.Ask.Span) ? toReport
            : [];
    }
}
