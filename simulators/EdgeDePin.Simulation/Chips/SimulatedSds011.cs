using EdgeDePin.Model;
using EdgeDePin.Sensors.AirQuality.Sds011;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An SDS011 as the frames it sends: it replies to the report mode and answers queries.</summary>
public sealed class SimulatedSds011(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null)
    : SimulatedUartChip(faults)
{
    private const byte IdLow = 0x58;
    private const byte IdHigh = 0xD9;

    /// <summary>A report of these concentrations, as the chip also sends it by itself in active mode.</summary>
    public static byte[] Report(double pm25, double pm10)
    {
        int fine = Tenths(pm25), coarse = Tenths(pm10);
        return Frame(Sds011Frame.Report, (byte)fine, (byte)(fine >> 8), (byte)coarse, (byte)(coarse >> 8));
    }

    protected override byte[] Answer(ReadOnlySpan<byte> question)
    {
        bool understood = question.Length == Sds011Command.Length
            && question[0] == Sds011Frame.Head
            && question[17] == Sds011Frame.Checksum(question[2..17]);
        return !understood ? [] : question[2] switch
        {
            Sds011Command.WorkState => SetWork(question),
            _ when !IsAwake => [],
            Sds011Command.WorkPeriod => SetPeriod(question),
            Sds011Command.ReportMode => Frame(Sds011Frame.Reply, question[2], question[3], question[4], 0),
            Sds011Command.Query => Concentrations(time.GetUtcNow()),
            _ => [],
        };
    }

    /// <summary>Fan and laser are on.</summary>
    public bool IsAwake { get; private set; } = true;

    /// <summary>Minutes between its working times; 0: it works always. Kept without supply.</summary>
    public int PeriodMinutes { get; set; }

    private byte[] SetPeriod(ReadOnlySpan<byte> question)
    {
        PeriodMinutes = question[4];
        return Frame(Sds011Frame.Reply, question[2], question[3], question[4], 0);
    }

    private byte[] SetWork(ReadOnlySpan<byte> question)
    {
        IsAwake = question[4] == 1;
        return Frame(Sds011Frame.Reply, question[2], question[3], question[4], 0);
    }

    // A report holds both values, so that a chip without one of them cannot report.
    private byte[] Concentrations(DateTimeOffset now) =>
        environment(Quantity.Pm25, now) is { } pm25 && environment(Quantity.Pm10, now) is { } pm10 ? Report(pm25, pm10) : [];

    private static byte[] Frame(byte kind, byte a, byte b, byte c, byte d)
    {
        byte[] frame = [Sds011Frame.Head, kind, a, b, c, d, IdLow, IdHigh, 0, Sds011Frame.Tail];
        frame[8] = Sds011Frame.Checksum(frame.AsSpan(2, 6));
        return frame;
    }

    private static int Tenths(double value) => (int)Math.Clamp(Math.Round(10 * value), 0, ushort.MaxValue);
}
