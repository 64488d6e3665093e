using System.Buffers.Binary;
using EdgeDePin.Sensors.AirQuality.Sps30;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An SPS30 as its SHDLC frames: it measures when started, and has one new measurement each second.</summary>
public sealed class SimulatedSps30(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null)
    : SimulatedUartChip(faults)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private DateTimeOffset? _readFrom;

    public override bool HasSettings => true;

    /// <summary>As after supply came on: it does not measure.</summary>
    public override void PowerOn() => _readFrom = null;

    protected override byte[] Answer(ReadOnlySpan<byte> question)
    {
        byte[] content = new byte[Sps30Frame.LongestContent];
        if (!Shdlc.TryDecode(question, content, out _) || content[0] != 0)
        {
            return [];
        }

        DateTimeOffset now = time.GetUtcNow();
        switch (content[1])
        {
            case Sps30Frame.StartMeasurement:
                byte state = _readFrom is null ? (byte)0 : Sps30Frame.NotAllowedNow;
                _readFrom ??= now + Period;
                return Frame(content[1], state, []);
            case Sps30Frame.StopMeasurement:
                _readFrom = null;
                return Frame(content[1], 0, []);
            case Sps30Frame.ReadValues when _readFrom is null:
                return Frame(content[1], Sps30Frame.NotAllowedNow, []);
            case Sps30Frame.ReadValues when now < _readFrom || environment(Sps30Frame.Measures[0], now) is null:
                return Frame(content[1], 0, []);
            case Sps30Frame.ReadValues:
                _readFrom = now + Period;
                return Frame(content[1], 0, Values(now));
            default:
                return Frame(content[1], 0x02, []);   // unknown command
        }
    }

    private byte[] Values(DateTimeOffset now)
    {
        byte[] data = new byte[4 * Sps30Frame.Measures.Length];
        for (int i = 0; i < Sps30Frame.Measures.Length; i++)
        {
            BinaryPrimitives.WriteSingleBigEndian(data.AsSpan(4 * i), (float)(environment(Sps30Frame.Measures[i], now) ?? 0));
        }

        return data;
    }

    private static byte[] Frame(byte command, byte state, byte[] data) => Shdlc.Encode([0, command, state, (byte)data.Length, .. data]);
}
