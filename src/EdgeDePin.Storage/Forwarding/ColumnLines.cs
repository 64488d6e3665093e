using System.Buffers;
using System.Buffers.Text;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// Rows of one measurement as lines, straight from columns: what is the same in every line of a series, and the key of each
/// field, is written once and copied.
/// </summary>
/// <param name="numbersOnly">Texts are left out: VictoriaMetrics would keep every one as 0.</param>
internal sealed class ColumnLines(MeasurementColumns columns, bool numbersOnly)
{
    /// <summary>The longest integer, with its letter.</summary>
    private const int IntegerLength = 21;

    private readonly byte[]?[] _heads = new byte[]?[columns.SeriesEnd];
    private readonly byte[][] _keys = [.. columns.Measurement.Fields.Select(Key)];
    private readonly FieldKind[] _kinds = [.. columns.Measurement.Fields.Select(field => field.Kind)];

    /// <returns>False where the row has nothing for that server; then nothing was written.</returns>
    public bool Write(int row, ArrayBufferWriter<byte> target)
    {
        ColumnTable values = columns.Values;
        bool any = false;
        for (int at = 0; at < _kinds.Length; at++)
        {
            if (!values.Has(row, at) || (numbersOnly && _kinds[at] == FieldKind.String))
            {
                continue;
            }

            target.Write(any ? ","u8 : Head(columns.Series(row)));
            any = true;
            Value(row, at, target);
        }

        if (any)
        {
            Span<byte> end = target.GetSpan(IntegerLength + 2);
            end[0] = (byte)' ';
            Utf8Formatter.TryFormat(values.Time(row), end[1..], out int length);
            end[length + 1] = (byte)'\n';
            target.Advance(length + 2);
        }

        return any;
    }

    private void Value(int row, int at, ArrayBufferWriter<byte> target)
    {
        byte[] key = _keys[at];
        Span<byte> room = target.GetSpan(key.Length + ShortestFloat.MaxLength);
        key.CopyTo(room);
        target.Advance(key.Length);
        room = room[key.Length..];
        switch (_kinds[at])
        {
            case FieldKind.Float:
                target.Advance(ShortestFloat.FormatGeneral(columns.Values.Float(row, at), room));
                break;
            case FieldKind.Integer:
                Utf8Formatter.TryFormat(columns.Values.Integer(row, at), room, out int length);
                room[length] = (byte)'i';
                target.Advance(length + 1);
                break;
            case FieldKind.Boolean:
                target.Write(columns.Values.Boolean(row, at) ? "true"u8 : "false"u8);
                break;
            default:
                new LineWriter(target).WriteText(columns.Values.Text(row, at));
                break;
        }
    }

    private byte[] Head(int series)
    {
        if (_heads[series] is not { } head)
        {
            var written = new ArrayBufferWriter<byte>(64);
            new LineWriter(written).WriteSeries(columns.Measurement.Name, columns.TagsOf(series));
            written.Write(" "u8);
            _heads[series] = head = written.WrittenSpan.ToArray();
        }

        return head;
    }

    private static byte[] Key(FieldColumn field)
    {
        var written = new ArrayBufferWriter<byte>(32);
        new LineWriter(written).WriteKey(field.Key);
        return written.WrittenSpan.ToArray();
    }
}
