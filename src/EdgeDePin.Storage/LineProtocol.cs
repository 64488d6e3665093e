using System.Buffers;
using System.Text;

namespace EdgeDePin.Storage;

/// <summary>
/// InfluxDB's line protocol: <c>measurement,tag=value field=1.5,other=2i 1500000000000000000</c>. The reader is as strict as
/// the published corpus: InfluxDB 1.6.7 accepts 38 of its invalid lines and dies of two, so lines of others are never passed
/// on, but read and written anew.
/// </summary>
public static class LineProtocol
{
    /// <summary>Reads what it can and says what is wrong with the rest, line by line.</summary>
    /// <param name="text">Lines ended by LF or CRLF; the last may lack it.</param>
    /// <param name="defaultInstant">For lines without timestamp, in ns since 1970; truncated to the precision.</param>
    /// <param name="precision">Nanoseconds of one unit of the timestamps: 1 (ns), 1,000,000 (ms) or 1,000,000,000 (s).</param>
    public static LineBatch Decode(ReadOnlySpan<byte> text, long defaultInstant, long precision = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(precision);
        var points = new List<Point>();
        var errors = new List<LineError>();
        var reader = new LineReader(text, defaultInstant - (defaultInstant % precision), precision);
        while (reader.Next(points) is { } problem)
        {
            errors.Add(problem);
            reader.SkipLine();
        }

        return new LineBatch(points, errors);
    }

    /// <summary>One line without line feed, instant in nanoseconds.</summary>
    public static string Encode(Point point)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        Encode(point, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>One line without line feed.</summary>
    /// <param name="precision">Nanoseconds of one unit of the timestamp.</param>
    public static void Encode(Point point, IBufferWriter<byte> target, long precision = 1) =>
        new LineWriter(target).Write(point, precision);
}

/// <summary>What came of reading lines: the points of the good ones, a word about each bad one.</summary>
public sealed record LineBatch(IReadOnlyList<Point> Points, IReadOnlyList<LineError> Errors);

/// <param name="Line">Counted from 1.</param>
/// <param name="Column">The byte within the line at which it went wrong, counted from 1.</param>
public sealed record LineError(int Line, int Column, string Message)
{
    public override string ToString() => $"line {Line}, byte {Column}: {Message}";
}
