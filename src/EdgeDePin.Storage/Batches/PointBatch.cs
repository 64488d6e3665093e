using System.Buffers;
using System.Collections.Immutable;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage.Batches;

/// <summary>
/// Points as columns: what lines and points become on their way into the log and the tables, without an object for each.
/// A batch is filled, stored and filled again; it remembers the series and fields that it has met, so that a line of a known
/// series is recognised by its bytes. Not thread-safe.
/// </summary>
internal sealed class PointBatch
{
    /// <summary>A batch that has met more series, fields or points than a device usually sends is not worth keeping.</summary>
    private const int MostKept = 20_000;

    private readonly Dictionary<string, BatchTable> _byMeasurement = new(StringComparer.Ordinal);
    private readonly List<BatchTable> _tables = [];
    private readonly ArrayBufferWriter<byte> _payload = new();
    private BatchTable? _last;

    /// <summary>Points in it.</summary>
    public int Count { get; private set; }

    /// <summary>By measurement, in the order in which they first appeared; some may be empty.</summary>
    public List<BatchTable> Tables => _tables;

    /// <summary>Beginnings of lines whose measurement and tags are known.</summary>
    public LineHeads Heads { get; } = new();

    /// <summary>Whether it should be filled again, rather than be forgotten with the memory that it holds.</summary>
    public bool IsWorthKeeping =>
        Count <= MostKept && Heads.Count <= MostKept && _tables.Count <= 1_000
        && _tables.Sum(table => table.SeriesCount + table.Columns.Count) <= MostKept && _payload.Capacity <= 100 * MostKept;

    public static PointBatch Of(IEnumerable<Point> points)
    {
        var batch = new PointBatch();
        foreach (Point point in points)
        {
            batch.Add(point);
        }

        return batch;
    }

    public BatchTable TableOf(string measurement)
    {
        if (_last is not null && _last.Measurement == measurement)
        {
            return _last;
        }

        if (!_byMeasurement.TryGetValue(measurement, out BatchTable? table))
        {
            table = new BatchTable(measurement);
            _byMeasurement.Add(measurement, table);
            _tables.Add(table);
        }

        return _last = table;
    }

    /// <summary>Of two values of one field the last counts.</summary>
    public (BatchTable Table, BatchSeries Series) Add(Point point)
    {
        BatchTable table = TableOf(point.Measurement);
        for (int at = 0; at < point.Fields.Length; at++)
        {
            Field field = point.Fields[at];
            FieldKind kind = field.Value.Kind == FieldKind.Unsigned && field.Value.AsUnsigned <= long.MaxValue ? FieldKind.Integer : field.Value.Kind;
            BatchColumn column = table.ColumnOf(field.Key, kind, at);
            column.Undo(table.Rows);
            if (kind == FieldKind.String)
            {
                column.Add(table.Rows, field.Value.AsString);
            }
            else
            {
                column.Add(table.Rows, Bits(field.Value));
            }
        }

        BatchSeries series = table.SeriesOf(point.Tags);
        End(table, series, point.Instant);
        return (table, series);
    }

    /// <summary>Ends a point whose values are in the columns of its table.</summary>
    public void End(BatchTable table, BatchSeries series, long instant) => table.EndRow(series, instant, Count++);

    /// <summary>The content of a segment's frame; made once, so that whoever fills a batch can do it before waiting for the lane.</summary>
    public ReadOnlySpan<byte> Payload
    {
        get
        {
            if (_payload.WrittenCount == 0)
            {
                PointsEncoder.Write(this, _payload);
            }

            return _payload.WrittenSpan;
        }
    }

    /// <summary>The points as objects, in the order in which they were added; of a point's fields the order is the columns'.</summary>
    public Point[] ToPoints()
    {
        var points = new Point[Count];
        foreach (BatchTable table in _tables)
        {
            int[] next = new int[table.Columns.Count];
            ImmutableArray<Field>.Builder fields = ImmutableArray.CreateBuilder<Field>();
            for (int row = 0; row < table.Rows; row++)
            {
                for (int at = 0; at < next.Length; at++)
                {
                    BatchColumn column = table.Columns[at];
                    if (next[at] < column.Count && column.Rows[next[at]] == row)
                    {
                        fields.Add(new Field(column.Key, column.Value(next[at]++)));
                    }
                }

                points[table.Order[row]] = Point.Checked(
                    table.Measurement, table.Used[table.Series[row]].Tags, fields.ToImmutable(), table.Instants[row]);
                fields.Clear();
            }
        }

        return points;
    }

    public void Clear()
    {
        _tables.ForEach(table => table.Clear());
        _payload.ResetWrittenCount();
        Count = 0;
    }

    private static long Bits(FieldValue value) => value.Kind switch
    {
        FieldKind.Float => BitConverter.DoubleToInt64Bits(value.AsFloat),
        FieldKind.Integer => value.AsInteger,
        FieldKind.Unsigned => unchecked((long)value.AsUnsigned),
        _ => value.AsBoolean ? 1 : 0,
    };
}
