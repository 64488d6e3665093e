using System.Text;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using EdgeDePin.Storage.Batches;
using NativeAppender = DuckDB.NET.Native.DuckDBAppender;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// Appends columns of batches to the table of a measurement, by whole vectors of the engine. The appender of the library
/// takes value by value with a check and a virtual call for each, which cost more than everything else on the way of a point.
/// </summary>
internal sealed unsafe class ChunkAppender : IDisposable
{
    /// <summary>The columns before the fields: sequence, series, instant.</summary>
    private const int Leading = 3;

    private static readonly int Capacity = (int)NativeMethods.Helpers.DuckDBVectorSize();

    private readonly NativeAppender _appender;
    private readonly DuckDBDataChunk _chunk;
    private readonly Catalogue.Entry _entry;
    private readonly nint[] _vectors;
    private int _filled;

    /// <exception cref="IOException">The engine refuses.</exception>
    public ChunkAppender(DuckDBConnection connection, Catalogue.Entry entry)
    {
        _entry = entry;
        _vectors = new nint[Leading + entry.Fields.Count];
        DuckDBState created = NativeMethods.Appender.DuckDBAppenderCreate(connection.NativeConnection, null!, Catalogue.HotTable(entry.Id), out _appender);
        Expect(created);
        DuckDBLogicalType[] types = [.. _vectors.Select((_, at) => NativeMethods.Appender.DuckDBAppenderColumnType(_appender, (ulong)at))];
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. types.Select(type => type.DangerousGetHandle())], (ulong)types.Length);
        Array.ForEach(types, type => type.Dispose());
        Begin();
    }

    /// <param name="table">Of a batch, every part of it known to the entry.</param>
    /// <param name="after">The sequence before the first point of that batch.</param>
    public void Append(BatchTable table, long after)
    {
        int[] series = [.. table.Used.Select(used => used.Known.Within(_entry.Identity)!.Id)];
        // For each field the batch's column of it, and how much of that has been taken.
        var columns = new (BatchColumn? Column, int Taken)[_entry.Fields.Count];
        foreach (BatchColumn column in table.Columns)
        {
            if (column.Count > 0)
            {
                columns[column.Known.Within(_entry.Identity)!.Number].Column = column;
            }
        }

        for (int row = 0; row < table.Rows;)
        {
            int count = Math.Min(Capacity - _filled, table.Rows - row);
            Lead(table, row, count, after, series);
            for (int at = 0; at < columns.Length; at++)
            {
                columns[at].Taken += Fill(_vectors[at + Leading], columns[at].Column, columns[at].Taken, row, count);
            }

            row += count;
            _filled += count;
            if (_filled == Capacity)
            {
                Flush();
            }
        }
    }

    /// <summary>Hands everything to the table.</summary>
    /// <exception cref="IOException">The engine refuses: no memory and no space to spill, as a rule.</exception>
    public void Finish()
    {
        Flush();
        Expect(NativeMethods.Appender.DuckDBAppenderFlush(_appender));
    }

    public void Dispose()
    {
        _chunk.Dispose();
        _appender.Dispose();
    }

    private void Lead(BatchTable table, int row, int count, long after, int[] series)
    {
        var sequences = new Span<long>(NativeMethods.Vectors.DuckDBVectorGetData(_vectors[0]), Capacity);
        var ids = new Span<int>(NativeMethods.Vectors.DuckDBVectorGetData(_vectors[1]), Capacity);
        var instants = new Span<long>(NativeMethods.Vectors.DuckDBVectorGetData(_vectors[2]), Capacity);
        ReadOnlySpan<int> order = table.Order.Slice(row, count), slots = table.Series.Slice(row, count);
        for (int at = 0; at < count; at++)
        {
            sequences[_filled + at] = after + 1 + order[at];
            ids[_filled + at] = series[slots[at]];
        }

        table.Instants.Slice(row, count).CopyTo(instants[_filled..]);
    }

    /// <returns>How many values were taken.</returns>
    private int Fill(nint vector, BatchColumn? column, int taken, int row, int count)
    {
        int available = 0;
        if (column is not null)
        {
            ReadOnlySpan<int> rest = column.Rows[taken..];
            available = rest.Length >= count && rest[count - 1] == row + count - 1 ? count : rest.IndexOfAnyExceptInRange(row, row + count - 1);
            available = available < 0 ? rest.Length : available;
        }

        if (available < count)
        {
            MarkMissing(vector, column, taken, available, row, count);
        }

        if (available > 0)
        {
            Copy(vector, column!, taken, available, row);
        }

        return available;
    }

    private void MarkMissing(nint vector, BatchColumn? column, int taken, int available, int row, int count)
    {
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        ulong* validity = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        for (int at = _filled; at < _filled + count; at++)
        {
            validity[at / 64] &= ~(1UL << (at % 64));
        }

        for (int at = taken; at < taken + available; at++)
        {
            int there = _filled + column!.Rows[at] - row;
            validity[there / 64] |= 1UL << (there % 64);
        }
    }

    private void Copy(nint vector, BatchColumn column, int taken, int available, int row)
    {
        void* data = NativeMethods.Vectors.DuckDBVectorGetData(vector);
        ReadOnlySpan<int> rows = column.Rows.Slice(taken, available);
        int shift = _filled - row;
        switch (column.Kind)
        {
            case FieldKind.String:
                ReadOnlySpan<string> texts = column.Texts.Slice(taken, available);
                for (int at = 0; at < available; at++)
                {
                    byte[] text = Encoding.UTF8.GetBytes(texts[at]);
                    fixed (byte* start = text)
                    {
                        NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(vector, (ulong)(rows[at] + shift), start, text.Length);
                    }
                }

                break;
            case FieldKind.Boolean:
                var truths = new Span<bool>(data, Capacity);
                ReadOnlySpan<long> bits = column.Bits.Slice(taken, available);
                for (int at = 0; at < available; at++)
                {
                    truths[rows[at] + shift] = bits[at] != 0;
                }

                break;
            default:
                var numbers = new Span<long>(data, Capacity);
                ReadOnlySpan<long> values = column.Bits.Slice(taken, available);
                if (rows[^1] - rows[0] == available - 1)
                {
                    values.CopyTo(numbers[(rows[0] + shift)..]);
                    break;
                }

                for (int at = 0; at < available; at++)
                {
                    numbers[rows[at] + shift] = values[at];
                }

                break;
        }
    }

    private void Begin()
    {
        for (int at = 0; at < _vectors.Length; at++)
        {
            _vectors[at] = NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, at);
        }
    }

    private void Flush()
    {
        if (_filled > 0)
        {
            NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)_filled);
            Expect(NativeMethods.Appender.DuckDBAppendDataChunk(_appender, _chunk));
            NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
            _filled = 0;
            Begin();
        }
    }

    private void Expect(DuckDBState state)
    {
        if (state != DuckDBState.Success)
        {
            using DuckDBErrorData error = NativeMethods.Appender.DuckDBAppenderErrorData(_appender);
            throw new IOException(NativeMethods.ErrorData.DuckDBErrorDataMessage(error));
        }
    }
}
