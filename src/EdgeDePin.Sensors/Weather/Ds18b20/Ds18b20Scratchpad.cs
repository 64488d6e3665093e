using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Weather.Ds18b20;

/// <summary>The nine bytes of a thermometer's memory, as the kernel prints them (Maxim DS18B20, 19-7487 rev. 6).</summary>
public static class Ds18b20Scratchpad
{
    public const int Length = 9;

    /// <summary>85 °C, what the memory holds after power-on and before the first conversion.</summary>
    private const short PowerOnCode = 0x0550;

    /// <summary>Byte 6 after power-on. A conversion to 85 °C leaves another value there, so 85 °C itself is not suspicious.</summary>
    private const byte PowerOnCount = 0x0C;

    /// <summary>CRC-8 of Dallas/Maxim: polynomial 0x31 reflected, initially 0.</summary>
    public static byte Crc(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x8C;
            }
        }

        return (byte)crc;
    }

    /// <summary>Reads the first line of <c>w1_slave</c>: <c>7f 01 4b 46 7f ff 01 10 33 : crc=33 YES</c>.</summary>
    public static bool TryParse(string text, Span<byte> scratchpad)
    {
        ReadOnlySpan<char> line = text.AsSpan();
        if (line.Length < (3 * Length) - 1)
        {
            return false;
        }

        for (int i = 0; i < Length; i++)
        {
            if (!byte.TryParse(line.Slice(3 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out scratchpad[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Temperature in °C, or why these bytes tell none.</summary>
    /// <param name="isFirstGeneration">A DS18S20 (family 10), which counts in halves and has its sixteenths elsewhere.</param>
    public static bool TryConvert(ReadOnlySpan<byte> bytes, bool isFirstGeneration, out double celsius, [NotNullWhen(false)] out SensorFault? fault)
    {
        short code = (short)(bytes[0] | (bytes[1] << 8));
        celsius = isFirstGeneration
            ? (code >> 1) + ((bytes[7] - bytes[6]) / (double)Math.Max((byte)1, bytes[7])) - 0.25
            : code / 16.0;
        fault = !bytes.ContainsAnyExcept((byte)0) ? Shorted
            : Crc(bytes[..8]) != bytes[8] ? Corrupted(bytes)
            : !isFirstGeneration && code == PowerOnCode && bytes[6] == PowerOnCount ? NotConverted
            : celsius is < -55 or > 125 ? Implausible(celsius)
            : null;
        return fault is null;
    }

    private static SensorFault Shorted { get; } = new(
        FaultKind.Bus, "all bytes are zero", "The data line is held low: look for a short, or for a missing pull-up of 4.7 kΩ.");

    private static SensorFault NotConverted { get; } = new(
        FaultKind.NotReady, "85 °C with byte 6 = 0C: the value after power-on, nothing was converted",
        "Check the supply: the thermometer restarted. On parasitic power use a strong pull-up.");

    private static SensorFault Implausible(double celsius) => new(
        FaultKind.Corrupted, $"{celsius:0.##} °C is outside -55 to 125 °C", "Check the wires; if it stays, the thermometer is defective.");

    private static SensorFault Corrupted(ReadOnlySpan<byte> bytes) => new(
        FaultKind.Corrupted, $"checksum {bytes[8]:X2}, computed {Crc(bytes[..8]):X2}",
        "Shorten the line, avoid star wiring, or lower the pull-up to 2.2 kΩ.");
}
