using System.Diagnostics.CodeAnalysis;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// The answer of a statement by whole vectors of the engine, as they come. The reader of the library gives value by value with
/// a check and a virtual call for each, which for an answer of many rows costs more than the engine itself.
/// </summary>
internal sealed unsafe class ResultChunks : IDisposable
{
    private readonly DuckDBPreparedStatement _statement;
    private DuckDBResult _result;
    private DuckDBDataChunk? _chunk;
    private readonly nint[] _data = [];
    private readonly nint[] _validity = [];
    private readonly DuckDBType[] _types = [];

    /// <param name="parameters">Texts, whole numbers, floats and booleans, by name.</param>
    /// <exception cref="IOException">The engine refuses.</exception>
    [SuppressMessage("Security", "CA2100", Justification = "SQL is ours; text of others travels as parameters.")]
    public ResultChunks(DuckDBConnection connection, string sql, IEnumerable<DuckDBParameter> parameters)
    {
        DuckDBState prepared = NativeMethods.PreparedStatements.DuckDBPrepare(connection.NativeConnection, sql, out _statement);
        try
        {
            if (prepared != DuckDBState.Success)
            {
                throw new IOException(NativeMethods.PreparedStatements.DuckDBPrepareError(_statement));
            }

            foreach (DuckDBParameter parameter in parameters)
            {
                Bind(parameter);
            }

            if (NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(_statement, out _result) != DuckDBState.Success)
            {
                throw Failed();
            }

            _types = [.. Enumerable.Range(0, (int)NativeMethods.Query.DuckDBColumnCount(ref _result)).Select(Type)];
            (_data, _validity) = (new nint[_types.Length], new nint[_types.Length]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Rows of this chunk.</summary>
    public int Count { get; private set; }

    /// <returns>False at the end.</returns>
    /// <exception cref="IOException">The engine fails on the way.</exception>
    public bool Next()
    {
        _chunk?.Dispose();
        _chunk = NativeMethods.StreamingResult.DuckDBStreamFetchChunk(_result);
        Count = _chunk.IsInvalid ? 0 : (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(_chunk);
        if (Count == 0)
        {
            return NativeMethods.Query.DuckDBResultErrorType(ref _result) == DuckDBErrorType.Invalid ? false : throw Failed();
        }

        for (int at = 0; at < _data.Length; at++)
        {
            nint vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, at);
            _data[at] = (nint)NativeMethods.Vectors.DuckDBVectorGetData(vector);
            _validity[at] = (nint)NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        }

        return true;
    }

    /// <summary>Whether every row of a column has a value.</summary>
    public bool IsWhole(int column) => _validity[column] == 0;

    public bool Has(int column, int row) => _validity[column] == 0 || (((ulong*)_validity[column])[row / 64] >> (row % 64) & 1) != 0;

    /// <summary>A column of <c>BIGINT</c>, or the bits of one of <c>DOUBLE</c>. What stands where no value is means nothing.</summary>
    public ReadOnlySpan<long> Longs(int column) => new(Data(column, DuckDBType.BigInt, DuckDBType.Double), Count);

    /// <summary>A column of <c>INTEGER</c>.</summary>
    public ReadOnlySpan<int> Ints(int column) => new(Data(column, DuckDBType.Integer), Count);

    /// <summary>A column of <c>BOOLEAN</c>.</summary>
    public ReadOnlySpan<bool> Booleans(int column) => new(Data(column, DuckDBType.Boolean), Count);

    /// <summary>UTF-8 of a value of a <c>VARCHAR</c> column; good until the next chunk.</summary>
    public ReadOnlySpan<byte> Text(int column, int row)
    {
        // duckdb_string_t of the C interface: a length, then up to 12 bytes in place, or a prefix of four and the address.
        byte* text = (byte*)Data(column, DuckDBType.Varchar) + (16 * row);
        int length = *(int*)text;
        return new ReadOnlySpan<byte>(length <= 12 ? text + 4 : *(byte**)(text + 8), length);
    }

    public void Dispose()
    {
        _chunk?.Dispose();
        NativeMethods.Query.DuckDBDestroyResult(ref _result);
        _statement.Dispose();
    }

    private void Bind(DuckDBParameter parameter)
    {
        if (NativeMethods.PreparedStatements.DuckDBBindParameterIndex(_statement, out int index, parameter.ParameterName) != DuckDBState.Success)
        {
            // A condition may have been left out with the name in it.
            return;
        }

        DuckDBState bound = parameter.Value switch
        {
            string text => NativeMethods.PreparedStatements.DuckDBBindVarchar(_statement, index, text),
            long number => NativeMethods.PreparedStatements.DuckDBBindInt64(_statement, index, number),
            double number => NativeMethods.PreparedStatements.DuckDBBindDouble(_statement, index, number),
            bool truth => NativeMethods.PreparedStatements.DuckDBBindBoolean(_statement, index, truth),
            var other => throw new NotSupportedException($"A parameter of type {other?.GetType().Name ?? "null"} cannot be bound."),
        };
        if (bound != DuckDBState.Success)
        {
            throw new IOException($"The engine does not take parameter {parameter.ParameterName}.");
        }
    }

    private DuckDBType Type(int column) => NativeMethods.Query.DuckDBColumnType(ref _result, column);

    // Memory of another type, read as this one, would be nonsense that looks like values.
    private void* Data(int column, params ReadOnlySpan<DuckDBType> types) => types.Contains(_types[column])
        ? (void*)_data[column]
        : throw new InvalidOperationException($"Column {column} of the answer is of type {_types[column]}, and was to be {types[0]}.");

    private IOException Failed() => new(NativeMethods.Query.DuckDBResultError(ref _result));
}
