using System.Buffers.Binary;
using EdgeDePin.Model;
using EdgeDePin.Sensors.AirQuality.Pms5003;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>A member of Plantower's family as the frames it sends: on command, or a PMS3003 once a second by itself.</summary>
public sealed class SimulatedPms5003(Pms5003Model model, EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null)
    : SimulatedUartChip(faults)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private static readonly Quantity[] Sizes =
    [
        Quantity.Particles03, Quantity.Particles05, Quantity.Particles1, Quantity.Particles25, Quantity.Particles5, Quantity.Particles10,
    ];

    protected override TimeProvider Time => time;

    protected override byte[] Answer(ReadOnlySpan<byte> question)
    {
        bool understood = model.Obeys
            && question.Length == Pms5003Command.Length
            && BinaryPrimitives.ReadUInt16BigEndian(question[5..]) == Pms5003Frame.Checksum(question[..5]);
        return !understood ? [] : question[2] switch
        {
            Pms5003Command.Sleep => SetSleep(question),
            _ when !IsAwake => [],
            Pms5003Command.Mode => Seal([Pms5003Frame.Head, Pms5003Frame.Second, 0, 4, question[2], question[4], 0, 0]),
            Pms5003Command.Read => Report(),
            _ => [],
        };
    }

    protected override TimeSpan? SpeaksAfter(out byte[] report)
    {
        report = model.Obeys ? [] : Report();
        return model.Obeys ? null : Period;
    }

    /// <summary>Fan and laser are on.</summary>
    public bool IsAwake { get; private set; } = true;

    private byte[] SetSleep(ReadOnlySpan<byte> question)
    {
        IsAwake = question[4] == 1;
        return Seal([Pms5003Frame.Head, Pms5003Frame.Second, 0, 4, question[2], question[4], 0, 0]);
    }

    private byte[] Report()
    {
        DateTimeOffset now = time.GetUtcNow();
        if (environment(Quantity.Pm25, now) is null)
        {
            return [];
        }

        byte[] frame = new byte[model.Length];
        (frame[0], frame[1], frame[3]) = (Pms5003Frame.Head, Pms5003Frame.Second, (byte)(model.Length - 4));
        Quantity[] masses = [Quantity.Pm1, Quantity.Pm25, Quantity.Pm10];
        for (int i = 0; i < masses.Length; i++)
        {
            int mass = Inverse.Steps(environment(masses[i], now), 1, 0, ushort.MaxValue);
            Put(frame, 1 + i, mass);
            Put(frame, 4 + i, mass);
        }

        for (int i = 0; i < model.Numbers; i++)
        {
            Put(frame, 7 + i, Inverse.Steps(environment(Sizes[i], now), 0.01, 0, ushort.MaxValue));
        }

        if (model.HasWeather)
        {
            Put(frame, 11, (ushort)(short)Inverse.Steps(environment(Quantity.Temperature, now), 0.1, -990, 990));
            Put(frame, 12, Inverse.Steps(environment(Quantity.RelativeHumidity, now), 0.1, 0, 990));
        }

        return Seal(frame);
    }

    private static void Put(byte[] frame, int word, int value) => BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2 + (2 * word)), (ushort)value);

    private static byte[] Seal(byte[] frame)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(frame.Length - 2), Pms5003Frame.Checksum(frame.AsSpan(0, frame.Length - 2)));
        return frame;
    }
}
