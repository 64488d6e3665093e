using System.Globalization;
using System.Text;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Water.Ezo;

/// <summary>
/// What a circuit of Atlas Scientific says on a serial line: lines of ASCII that end with a carriage return. A value or an answer
/// comes first, then a code (EZO-pH datasheet V6.0, "UART mode", "Response codes").
/// </summary>
internal static class EzoLine
{
    /// <summary>Bytes with the carriage return; the longest is what EZO-EC says with all its outputs on.</summary>
    public const int Longest = 48;

    public const string Success = "*OK";
    private const byte End = (byte)'\r';

    /// <summary>A circuit as delivered sends a value each second by itself; this ends it.</summary>
    public static ReadOnlyMemory<byte> BeSilent { get; } = Encoding.ASCII.GetBytes("C,0\r");

    public static ReadOnlyMemory<byte> Identify { get; } = Encoding.ASCII.GetBytes("i\r");

    public static ReadOnlyMemory<byte> Read { get; } = Encoding.ASCII.GetBytes("R\r");

    /// <summary>For a <see cref="Buses.FrameScanner"/>: printable characters and a carriage return.</summary>
    public static int At(ReadOnlySpan<byte> rest)
    {
        for (int i = 0; i < rest.Length && i < Longest; i++)
        {
            if (rest[i] == End)
            {
                return i == 0 ? 0 : i + 1;
            }

            if (rest[i] is < 0x20 or > 0x7E)
            {
                return 0;
            }
        }

        return rest.Length < Longest ? -1 : 0;
    }

    /// <summary>Without the carriage return.</summary>
    public static string Text(ReadOnlySpan<byte> line) => Encoding.ASCII.GetString(line[..^1]);

    public static bool IsCode(string line) => line.StartsWith('*');

    /// <summary>What a code means; null for success, and for one that says nothing about the question.</summary>
    public static SensorFault? Fault(string code) => code switch
    {
        "*ER" => new(FaultKind.Refused, "*ER, the command was not understood", "Check that the circuit is of the configured kind."),
        "*OV" => new(FaultKind.NotReady, "*OV, the supply is above 5.5 V", "Check the supply voltage of the circuit."),
        "*UV" => new(FaultKind.NotReady, "*UV, the supply is below 3.1 V", "Check the supply voltage of the circuit."),
        "*RS" or "*RE" => new(FaultKind.NotReady, $"{code}, it has restarted", "Check the supply voltage of the circuit."),
        "*SL" => new(FaultKind.NotReady, "*SL, it has gone to sleep", "Somebody else commands the circuit; let one program have the line."),
        _ => null,
    };

    /// <summary>The first of one or more values that are divided by commas; digits, a sign and a point, nothing else.</summary>
    public static bool TryNumber(string line, out double value) => double.TryParse(
        line.AsSpan(0, line.IndexOf(',', StringComparison.Ordinal) is >= 0 and var comma ? comma : line.Length),
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
}
