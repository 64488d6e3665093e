using System.Buffers.Binary;
using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.AirQuality.Sps30;

/// <summary>What stands in the frames of an SPS30 (datasheet, version 1.0, section 4.3).</summary>
public static class Sps30Frame
{
    /// <summary>Address, command, state, length and ten floats.</summary>
    public const int LongestContent = 4 + (10 * 4);

    /// <summary>The same stuffed at every byte, with the check and both flags.</summary>
    public const int Longest = 2 + (2 * (LongestContent + 1));

    public const byte StartMeasurement = 0x00;
    public const byte StopMeasurement = 0x01;
    public const byte ReadValues = 0x03;

    /// <summary>State of an answer: the command does not fit, as when a measurement that runs is started.</summary>
    public const byte NotAllowedNow = 0x43;

    /// <summary>Set in the state when the chip has found an error in itself: fan or laser.</summary>
    public const byte DeviceError = 0x80;

    /// <summary>Values as big-endian floats.</summary>
    public static ReadOnlyMemory<byte> Start { get; } = Shdlc.Encode([0, StartMeasurement, 2, 0x01, 0x03]);

    public static ReadOnlyMemory<byte> Read { get; } = Shdlc.Encode([0, ReadValues, 0]);

    public static ReadOnlyMemory<byte> Stop { get; } = Shdlc.Encode([0, StopMeasurement, 0]);

    public static ImmutableArray<Quantity> Measures { get; } =
    [
        Quantity.Pm1, Quantity.Pm25, Quantity.Pm4, Quantity.Pm10,
        Quantity.Particles05, Quantity.Particles1, Quantity.Particles25, Quantity.Particles4, Quantity.Particles10,
        Quantity.ParticleSize,
    ];

    /// <param name="data">Ten big-endian floats.</param>
    public static void Convert(ReadOnlySpan<byte> data, SampleBuffer into)
    {
        for (int i = 0; i < Measures.Length; i++)
        {
            into.Add(Measures[i], BinaryPrimitives.ReadSingleBigEndian(data[(4 * i)..]));
        }
    }
}
