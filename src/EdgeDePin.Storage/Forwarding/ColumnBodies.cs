using System.Buffers;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>Makes bodies of write requests from points in columns; for one thread.</summary>
internal sealed class ColumnBodies(ServerKind server)
{
    private readonly Dictionary<MeasurementColumns, ColumnLines> _lines = [];
    private readonly ArrayBufferWriter<byte> _text = new(256 * 1024);

    /// <summary>The same bytes as <see cref="WriteBody.Compressed"/> would make of the points.</summary>
    public PreparedBody Of(StoredColumns points)
    {
        _text.ResetWrittenCount();
        MeasurementColumns? last = null;
        ColumnLines? lines = null;
        for (int at = 0; at < points.Count; at++)
        {
            (MeasurementColumns columns, int row) = points.At(at);
            if (columns != last)
            {
                (last, lines) = (columns, LinesOf(columns));
            }

            lines!.Write(row, _text);
        }

        return new PreparedBody(server, WriteBody.Gzip(_text.WrittenSpan));
    }

    private ColumnLines LinesOf(MeasurementColumns columns)
    {
        if (!_lines.TryGetValue(columns, out ColumnLines? lines))
        {
            _lines[columns] = lines = new ColumnLines(columns, numbersOnly: server == ServerKind.VictoriaMetrics);
        }

        return lines;
    }
}
