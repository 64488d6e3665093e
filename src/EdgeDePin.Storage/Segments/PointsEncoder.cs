using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using EdgeDePin.Storage.Batches;

namespace EdgeDePin.Storage.Segments;

/// <summary>
/// A batch as the content of a frame, which says everything that is needed to read it: names and tags of its series, its
/// fields and their types, then the columns, each as what differs from expectation. Layout in decision 36.
/// </summary>
internal readonly ref struct PointsEncoder
{
    private readonly IBufferWriter<byte> _target;
    private readonly BatchTable _table;
    private readonly ulong[] _numbers;

    private PointsEncoder(IBufferWriter<byte> target, BatchTable table, ulong[] numbers) => (_target, _table, _numbers) = (target, table, numbers);

    public static void Write(PointBatch batch, IBufferWriter<byte> target)
    {
        List<BatchTable> tables = batch.Tables.FindAll(table => table.Rows > 0);
        FrameText.Number((ulong)tables.Count, target);
        foreach (BatchTable table in tables)
        {
            ulong[] numbers = ArrayPool<ulong>.Shared.Rent(table.Rows);
            new PointsEncoder(target, table, numbers).Write();
            ArrayPool<ulong>.Shared.Return(numbers);
        }
    }

    private void Write()
    {
        FrameText.Text(_table.Measurement, _target);
        FrameText.Number((ulong)_table.Rows, _target);
        Tags();
        Order();
        Series();
        Instants();
        List<BatchColumn> columns = _table.Columns.FindAll(column => column.Count > 0);
        FrameText.Number((ulong)columns.Count, _target);
        foreach (BatchColumn column in columns)
        {
            Column(column);
        }
    }

    // A key as that of the series before is an empty text; of a value only what differs from the value before is written.
    private void Tags()
    {
        FrameText.Number((ulong)_table.Used.Count, _target);
        ImmutableArray<Tag> before = [];
        foreach (ImmutableArray<Tag> tags in _table.Used.Select(series => series.Tags))
        {
            FrameText.Number((ulong)tags.Length, _target);
            for (int at = 0; at < tags.Length; at++)
            {
                Tag known = at < before.Length ? before[at] : default;
                FrameText.Text(tags[at].Key == known.Key ? "" : tags[at].Key, _target);
                FrameText.Text(tags[at].Value, known.Value ?? "", _target);
            }

            before = tags;
        }
    }

    private void Order()
    {
        int expected = 0;
        for (int row = 0; row < _table.Rows; row++)
        {
            _numbers[row] = (ulong)(_table.Order[row] - expected);
            expected = _table.Order[row] + 1;
        }

        Numbers(_table.Rows);
    }

    private void Series()
    {
        var prediction = new Prediction.Order(_table.Used.Count);
        ReadOnlySpan<int> series = _table.Series;
        for (int row = 0; row < series.Length; row++)
        {
            _numbers[row] = PackedNumbers.ZigZag(series[row] - prediction.Expected);
            prediction.Saw(series[row]);
        }

        Numbers(series.Length);
    }

    private void Instants()
    {
        long unit = Unit(_table.Instants);
        FrameText.Number((ulong)unit, _target);
        var prediction = new Prediction.Clock(_table.Used.Count);
        ReadOnlySpan<int> series = _table.Series;
        ReadOnlySpan<long> instants = _table.Instants;
        for (int row = 0; row < series.Length; row++)
        {
            long instant = instants[row] / unit;
            _numbers[row] = PackedNumbers.ZigZag(unchecked(instant - prediction.Expected(series[row])));
            prediction.Saw(series[row], instant);
        }

        Numbers(series.Length);
    }

    // The longest of 1 s, 1 ms, 1 µs and 1 ns that all instants are whole numbers of.
    private static long Unit(ReadOnlySpan<long> instants)
    {
        long unit = 1_000_000_000;
        foreach (long instant in instants)
        {
            while (instant % unit != 0)
            {
                unit /= 1_000;
            }
        }

        return unit;
    }

    private void Column(BatchColumn column)
    {
        FrameText.Text(column.Key, _target);
        FrameText.Number((ulong)column.Kind, _target);
        FrameText.Number((ulong)column.Count, _target);
        if (column.Count < _table.Rows)
        {
            int expected = 0;
            for (int at = 0; at < column.Count; at++)
            {
                _numbers[at] = (ulong)(column.Rows[at] - expected);
                expected = column.Rows[at] + 1;
            }

            Numbers(column.Count);
        }

        switch (column.Kind)
        {
            case FieldKind.Float:
                Floats(column);
                break;
            case FieldKind.String:
                Texts(column.Texts);
                break;
            default:
                Differences(column, column.Bits);
                break;
        }
    }

    // Sensors report decimals: as whole numbers of their last digit they differ by little.
    private void Floats(BatchColumn column)
    {
        long[] mantissas = ArrayPool<long>.Shared.Rent(column.Count);
        int decimals = Decimals.Of(column.Bits, mantissas);
        FrameText.Number((ulong)(decimals < 0 ? Decimals.None : decimals), _target);
        Differences(column, decimals < 0 ? column.Bits : mantissas.AsSpan(0, column.Count));
        ArrayPool<long>.Shared.Return(mantissas);
    }

    private void Differences(BatchColumn column, ReadOnlySpan<long> values)
    {
        var prediction = new Prediction.Level(_table.Used.Count);
        ReadOnlySpan<int> rows = column.Rows, series = _table.Series;
        for (int at = 0; at < values.Length; at++)
        {
            int of = series[rows[at]];
            _numbers[at] = PackedNumbers.ZigZag(unchecked(values[at] - prediction.Expected(of)));
            prediction.Saw(of, values[at]);
        }

        Numbers(values.Length);
    }

    private void Texts(ReadOnlySpan<string> texts)
    {
        var distinct = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int at = 0; at < texts.Length; at++)
        {
            if (!distinct.TryGetValue(texts[at], out int number))
            {
                distinct[texts[at]] = number = distinct.Count;
            }

            _numbers[at] = (ulong)number;
        }

        FrameText.Number((ulong)distinct.Count, _target);
        foreach (string text in distinct.Keys)
        {
            FrameText.Text(text, _target);
        }

        Numbers(texts.Length);
    }

    private void Numbers(int count) => PackedNumbers.Write(_numbers.AsSpan(0, count), _target);
}
