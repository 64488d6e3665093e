using System.Text;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace EdgeDePin.Storage.Duck;

/// <summary>The rows of a result by whole vectors of the engine, for readers of many rows: the library's reader checks each value anew.</summary>
internal sealed unsafe class ChunkReader : IDisposable
{
    private const int TextLength = 16;

    private readonly nint[] _data;
    private readonly nint[] _validity;
    private DuckDBResult _result;
    private DuckDBDataChunk? _chunk;

    /// <param name="sql">Text of ours, numbers included; nothing of others.</param>
    /// <exception cref="IOException">The engine refuses.</exception>
    public ChunkReader(DuckDBConnection connection, string sql)
    {
        if (NativeMethods.Query.DuckDBQuery(connection.NativeConnection, sql, out _result) != DuckDBState.Success)
        {
            string reason = NativeMethods.Query.DuckDBResultError(ref _result);
            NativeMethods.Query.DuckDBDestroyResult(ref _result);
            throw new IOException(reason);
        }

        _data = new nint[(int)NativeMethods.Query.DuckDBColumnCount(ref _result)];
        _validity = new nint[_data.Length];
    }

    /// <summary>Rows of the vectors that are at hand.</summary>
    public int Count { get; private set; }

    /// <summary>Goes on to the next vectors; false behind the last.</summary>
    public bool Next()
    {
        _chunk?.Dispose();
        _chunk = NativeMethods.Query.DuckDBFetchChunk(_result);
        Count = _chunk.IsInvalid ? 0 : (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(_chunk);
        for (int column = 0; column < _data.Length && Count > 0; column++)
        {
            nint vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column);
            _data[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetData(vector);
            _validity[column] = (nint)NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        }

        return Count > 0;
    }

    /// <summary>A column of 64-bit numbers without gaps.</summary>
    public ReadOnlySpan<long> Longs(int column) => new((void*)_data[column], Count);

    /// <summary>A column of 32-bit numbers without gaps.</summary>
    public ReadOnlySpan<int> Integers(int column) => new((void*)_data[column], Count);

    /// <summary>One value of a field; null where the row has none.</summary>
    public FieldValue? Value(int column, int row, FieldKind kind)
    {
        ulong* validity = (ulong*)_validity[column];
        if (validity != null && (validity[row / 64] & (1UL << (row % 64))) == 0)
        {
            return null;
        }

        void* data = (void*)_data[column];
        return kind switch
        {
            FieldKind.Float => FieldValue.Float(((double*)data)[row]),
            FieldKind.Integer => FieldValue.Integer(((long*)data)[row]),
            FieldKind.Boolean => FieldValue.Boolean(((byte*)data)[row] != 0),
            _ => FieldValue.String(Text((byte*)data + (row * TextLength))),
        };
    }

    public void Dispose()
    {
        _chunk?.Dispose();
        NativeMethods.Query.DuckDBDestroyResult(ref _result);
    }

    // duckdb_string_t of duckdb.h: the length, then up to twelve bytes, or four and a pointer to all of them.
    private static string Text(byte* text)
    {
        int length = *(int*)text;
        return Encoding.UTF8.GetString(length <= 12 ? text + 4 : *(byte**)(text + 8), length);
    }
}
