using System.Globalization;
using System.Text;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Water.Ezo;

/// <summary>
/// What a circuit of Atlas Scientific says on I2C: a code, then ASCII up to a zero byte (EZO-pH datasheet V6.0, "Requesting
/// data").
/// </summary>
internal static class EzoAnswer
{
    public const int Length = 40;

    public const byte Success = 1;
    public const byte Failed = 2;
    public const byte Busy = 254;
    public const byte NoData = 255;

    /// <summary>Null if the code is success.</summary>
    public static SensorFault? Fault(byte code) => code switch
    {
        Success => null,
        Failed => new(FaultKind.Refused, "code 2, the command was not understood", "Check that the circuit is of the configured kind."),
        Busy => new(FaultKind.NotReady, "code 254, still processing", "None needed if it passes; otherwise check the supply of the circuit."),
        NoData => new(FaultKind.NotReady, "code 255, no data: it has restarted", "Check the supply voltage of the circuit."),
        _ => new(FaultKind.Corrupted, $"code {code} is none of the circuit's", "Check that the circuit is in I2C mode (blue light), and its wires."),
    };

    /// <summary>The text of an answer, without the code.</summary>
    public static string Text(ReadOnlySpan<byte> answer)
    {
        ReadOnlySpan<byte> text = answer[1..];
        int end = text.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? text : text[..end]);
    }

    /// <summary>The first of one or more values that are divided by commas.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> answer, out double value)
    {
        ReadOnlySpan<byte> text = answer[1..];
        int end = text.IndexOfAny((byte)0, (byte)',');
        return double.TryParse(end < 0 ? text : text[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
