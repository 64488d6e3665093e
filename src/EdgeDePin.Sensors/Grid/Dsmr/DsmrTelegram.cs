using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Grid.Dsmr;

/// <summary>
/// A telegram of a smart meter's customer port (DSMR P1 companion standard 2.2 to 5.0.2, e-MUCS P1, IEC 62056-21 mode D), as its
/// lines.
/// </summary>
/// <param name="Header">Maker and type, e.g. <c>ISk5\2MT382-1000</c>.</param>
public sealed record DsmrTelegram(string Header, ImmutableArray<DsmrLine> Lines)
{
    private const int MostLines = 256;
    private const int MostValues = 64;

    /// <param name="bytes">From '/' to before '!'.</param>
    internal static Answer<DsmrTelegram> Parse(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        string[] rows = text.Split('\n', StringSplitOptions.TrimEntries);
        var lines = new List<DsmrLine>();
        foreach (string row in rows.Skip(1).Where(row => row.Length > 0))
        {
            int bracket = row.IndexOf('(', StringComparison.Ordinal);
            if (bracket < 0 || row[^1] != ')' || lines.Count == MostLines || Values(row[bracket..]) is not { } values)
            {
                return new SensorFault(FaultKind.Corrupted, $"line '{row[..Math.Min(40, row.Length)]}' is none of a telegram", "The line is disturbed.");
            }

            if (bracket > 0)
            {
                lines.Add(new DsmrLine(Obis(row[..bracket]), values));
            }
            else if (lines.Count > 0 && lines[^1].Values.Length + values.Length <= MostValues)
            {
                lines[^1] = lines[^1] with { Values = lines[^1].Values.AddRange(values) };   // gas of DSMR 2 and 3: the value is below
            }
        }

        return new DsmrTelegram(rows[0].TrimStart('/'), [.. lines]);
    }

    public DsmrLine? Line(string obis) => Lines.FirstOrDefault(line => line.Obis == obis);

    /// <summary>A value in a unit without prefix; null without that line.</summary>
    public double? Value(string obis, string unit) => Line(obis)?.In(unit);

    /// <summary>When the meter says it is, as UTC: <c>yymmddhhmmss</c> in Dutch and Belgian time, W in winter, S in summer.</summary>
    public DateTimeOffset? Instant => Line("0-0:1.0.0") is { Values: [var text, ..] } ? Time(text) : null;

    /// <summary>Instant of a value's own time stamp; null where it has none or an invalid one.</summary>
    public static DateTimeOffset? Time(string text) =>
        text is [.., 'W' or 'S'] && DateTime.TryParseExact(text[..^1], "yyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local)
            ? new DateTimeOffset(local, TimeSpan.FromHours(text[^1] == 'S' ? 2 : 1)).ToUniversalTime()
            : null;

    // Group F (*255) says "current value" and is left out by most meters.
    private static string Obis(string text) => text.Split('*')[0];

    private static ImmutableArray<string>? Values(string text)
    {
        var values = ImmutableArray.CreateBuilder<string>();
        for (int at = 0; at < text.Length;)
        {
            int end = text.IndexOf(')', at);
            if (text[at] != '(' || end < 0 || values.Count == MostValues)
            {
                return null;
            }

            values.Add(text[(at + 1)..end]);
            at = end + 1;
        }

        return values.ToImmutable();
    }
}
