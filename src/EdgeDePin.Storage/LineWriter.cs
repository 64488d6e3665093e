using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;

namespace EdgeDePin.Storage;

/// <summary>Writes points that exist, and so are valid, as line protocol.</summary>
internal readonly struct LineWriter(IBufferWriter<byte> target)
{
    private static readonly SearchValues<byte> InMeasurement = SearchValues.Create(", "u8);
    private static readonly SearchValues<byte> InKey = SearchValues.Create(",= "u8);
    private static readonly SearchValues<byte> InString = SearchValues.Create("\"\\"u8);

    public void Write(Point point, long precision)
    {
        WriteSeries(point.Measurement, point.Tags);
        WriteFields(point, precision);
    }

    /// <summary>The part behind the key of the series.</summary>
    public void WriteFields(Point point, long precision)
    {
        ReadOnlySpan<byte> separator = " "u8;
        foreach (Field field in point.Fields)
        {
            target.Write(separator);
            separator = ","u8;
            WriteKey(field.Key);
            Value(field.Value);
        }

        target.Write(" "u8);
        Integer(point.Instant / precision);
    }

    /// <summary>The part before the fields: what InfluxDB calls the key of a series.</summary>
    public void WriteSeries(string measurement, ImmutableArray<Tag> tags)
    {
        Escaped(measurement, InMeasurement);
        foreach (Tag tag in tags)
        {
            target.Write(","u8);
            Escaped(tag.Key, InKey);
            target.Write("="u8);
            Escaped(tag.Value, InKey);
        }
    }

    /// <summary>The key of a field, and the sign before its value.</summary>
    public void WriteKey(string field)
    {
        Escaped(field, InKey);
        target.Write("="u8);
    }

    /// <summary>The value of a field that is a text.</summary>
    public void WriteText(string text)
    {
        target.Write("\""u8);
        Escaped(text, InString);
        target.Write("\""u8);
    }

    private void Value(FieldValue value)
    {
        switch (value.Kind)
        {
            case FieldKind.Float:
                target.Advance(ShortestFloat.FormatGeneral(value.AsFloat, target.GetSpan(ShortestFloat.MaxLength)));
                break;
            case FieldKind.Integer:
                Integer(value.AsInteger);
                target.Write("i"u8);
                break;
            case FieldKind.Unsigned:
                Utf8Formatter.TryFormat(value.AsUnsigned, target.GetSpan(20), out int digits);
                target.Advance(digits);
                target.Write("u"u8);
                break;
            case FieldKind.Boolean:
                target.Write(value.AsBoolean ? "true"u8 : "false"u8);
                break;
            default:
                WriteText(value.AsString);
                break;
        }
    }

    private void Integer(long value)
    {
        Utf8Formatter.TryFormat(value, target.GetSpan(20), out int written);
        target.Advance(written);
    }

    private void Escaped(string text, SearchValues<byte> special)
    {
        Span<byte> room = target.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        int length = Encoding.UTF8.GetBytes(text, room);
        if (!room[..length].ContainsAny(special))
        {
            target.Advance(length);
            return;
        }

        foreach (byte c in room[..length].ToArray())
        {
            if (special.Contains(c))
            {
                target.Write("\\"u8);
            }

            target.Write([c]);
        }
    }
}
