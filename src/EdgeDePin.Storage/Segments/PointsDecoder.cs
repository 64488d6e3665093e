using System.Collections.Immutable;
using EdgeDePin.Storage.Batches;

namespace EdgeDePin.Storage.Segments;

/// <summary>Reads what <see cref="PointsEncoder"/> wrote. Its bytes have passed the frame's checksum, and are bounded all the same.</summary>
internal ref struct PointsDecoder
{
    private readonly int _points;
    private ReadOnlySpan<byte> _source;

    private PointsDecoder(ReadOnlySpan<byte> source, int points)
    {
        _source = source;
        _points = points;
    }

    /// <param name="points">How many points the frame says it has.</param>
    /// <param name="batch">Receives them, behind those that it has.</param>
    /// <exception cref="InvalidDataException">The content was not written by this version, or is damaged.</exception>
    public static void Read(ReadOnlySpan<byte> payload, int points, PointBatch batch)
    {
        var decoder = new PointsDecoder(payload, points);
        decoder.Read(batch);
    }

    private void Read(PointBatch batch)
    {
        int tables = FrameText.Count(ref _source, _points);
        var rows = new Row[_points];
        for (int at = 0; at < tables; at++)
        {
            Table(batch, rows);
        }

        // Rows go into the batch in the order in which they came.
        foreach (Row row in rows)
        {
            if (row.Table is null)
            {
                throw new InvalidDataException("A point of the frame belongs to no measurement.");
            }

            batch.End(row.Table, row.Series!, row.Instant);
        }
    }

    private void Table(PointBatch batch, Row[] rowsOfBatch)
    {
        BatchTable table = batch.TableOf(FrameText.Text(ref _source));
        int rows = FrameText.Count(ref _source, _points);
        BatchSeries[] known = Tags(table, rows);
        ulong[] numbers = new ulong[rows];
        int[] order = Positions(numbers, _points);
        int[] series = Series(numbers, known.Length);
        Instants(numbers, series, known.Length, out long[] instants);
        for (int row = 0; row < rows; row++)
        {
            rowsOfBatch[order[row]] = new Row(table, known[series[row]], instants[row]);
        }

        for (int columns = FrameText.Count(ref _source, _source.Length); columns > 0; columns--)
        {
            Column(table, numbers, series, known.Length);
        }
    }

    private BatchSeries[] Tags(BatchTable table, int most)
    {
        var series = new BatchSeries[FrameText.Count(ref _source, most)];
        ImmutableArray<Tag> before = [];
        for (int at = 0; at < series.Length; at++)
        {
            var tags = new Tag[FrameText.Count(ref _source, _source.Length)];
            for (int tag = 0; tag < tags.Length; tag++)
            {
                Tag known = tag < before.Length ? before[tag] : default;
                string key = FrameText.Text(ref _source);
                tags[tag] = new Tag(key.Length == 0 ? known.Key : key, FrameText.Text(ref _source, known.Value ?? ""));
            }

            before = [.. tags];
            series[at] = table.SeriesOf(before);
        }

        return series;
    }

    // Ascending positions below a limit.
    private int[] Positions(Span<ulong> numbers, int limit)
    {
        PackedNumbers.Read(ref _source, numbers);
        int[] positions = new int[numbers.Length];
        ulong next = 0;
        for (int at = 0; at < numbers.Length; at++)
        {
            next += numbers[at];
            if (next >= (ulong)limit)
            {
                throw new InvalidDataException($"Position {next} of {limit}.");
            }

            positions[at] = (int)next++;
        }

        return positions;
    }

    private int[] Series(Span<ulong> numbers, int count)
    {
        PackedNumbers.Read(ref _source, numbers);
        var prediction = new Prediction.Order(count);
        int[] series = new int[numbers.Length];
        for (int row = 0; row < numbers.Length; row++)
        {
            long number = prediction.Expected + PackedNumbers.UnZigZag(numbers[row]);
            if (number < 0 || number >= count)
            {
                throw new InvalidDataException($"Series {number} of {count}.");
            }

            series[row] = (int)number;
            prediction.Saw(series[row]);
        }

        return series;
    }

    private void Instants(Span<ulong> numbers, ReadOnlySpan<int> series, int count, out long[] instants)
    {
        long unit = (long)FrameText.Number(ref _source);
        PackedNumbers.Read(ref _source, numbers);
        var prediction = new Prediction.Clock(count);
        instants = new long[numbers.Length];
        for (int row = 0; row < numbers.Length; row++)
        {
            long instant = unchecked(prediction.Expected(series[row]) + PackedNumbers.UnZigZag(numbers[row]));
            prediction.Saw(series[row], instant);
            instants[row] = unchecked(instant * unit);
        }
    }

    private void Column(BatchTable table, ulong[] room, int[] series, int seriesCount)
    {
        string key = FrameText.Text(ref _source);
        var kind = (FieldKind)FrameText.Count(ref _source, (int)FieldKind.String);
        BatchColumn column = table.ColumnOf(key, kind, table.Columns.Count);
        int count = FrameText.Count(ref _source, series.Length);
        Span<ulong> numbers = room.AsSpan(0, count);
        int[] rows = count < series.Length ? Positions(numbers, series.Length) : [.. Enumerable.Range(0, count)];
        if (kind == FieldKind.String)
        {
            Texts(column, table.Rows, rows, numbers);
            return;
        }

        ulong decimals = kind == FieldKind.Float ? FrameText.Number(ref _source) : Decimals.None;
        Decimals.Check(decimals);
        PackedNumbers.Read(ref _source, numbers);
        int before = table.Rows;
        var prediction = new Prediction.Level(seriesCount);
        for (int at = 0; at < count; at++)
        {
            int of = series[rows[at]];
            long value = unchecked(prediction.Expected(of) + PackedNumbers.UnZigZag(numbers[at]));
            prediction.Saw(of, value);
            column.Add(before + rows[at], decimals == Decimals.None ? value : Decimals.Bits(value, (int)decimals));
        }
    }

    private void Texts(BatchColumn column, int before, int[] rows, Span<ulong> numbers)
    {
        string[] distinct = new string[FrameText.Count(ref _source, rows.Length)];
        for (int at = 0; at < distinct.Length; at++)
        {
            distinct[at] = FrameText.Text(ref _source);
        }

        PackedNumbers.Read(ref _source, numbers);
        for (int at = 0; at < rows.Length; at++)
        {
            column.Add(before + rows[at], numbers[at] < (ulong)distinct.Length ? distinct[numbers[at]] : throw new InvalidDataException($"Text {numbers[at]} of {distinct.Length}."));
        }
    }

    private readonly record struct Row(BatchTable? Table, BatchSeries? Series, long Instant);
}
