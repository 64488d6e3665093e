using System.Net.Sockets;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Buses;

/// <summary>
/// A serial line or a socket that is opened when first used, closed after every fault and then opened again: what is still
/// on its way when a question has failed must not pass for the answer to the next one.
/// </summary>
public sealed class StreamPort : IDisposable
{
    private readonly Func<int, SerialFormat, CancellationToken, ValueTask<Stream>> _open;
    private readonly string _name;
    private Stream? _stream;

    /// <param name="name">For messages, e.g. <c>serial:/dev/ttyUSB0</c>.</param>
    /// <param name="open">Opens it at a number of bits per second (of no meaning for a socket).</param>
    /// <param name="time">Measures how long an answer may take.</param>
    public StreamPort(string name, Func<int, SerialFormat, CancellationToken, ValueTask<Stream>> open, TimeProvider time) =>
        (_name, _open, Time) = (name, open, time);

    /// <summary>A stream that is open already; after a fault it is closed and stays so.</summary>
    public StreamPort(Stream stream, TimeProvider time)
        : this(stream.GetType().Name, (_, _, _) => ValueTask.FromResult(stream), time)
    {
    }

    public TimeProvider Time { get; }

    /// <summary>Bits per second. Default 9,600.</summary>
    public int Baud { get; init; } = 9_600;

    /// <summary>Data bits, parity and stop bits. Default 8N1.</summary>
    public SerialFormat Format { get; init; }

    /// <summary>One question and its answer, within <paramref name="timeout"/> altogether.</summary>
    public async ValueTask<Answer<T>> AskAsync<T>(
        TimeSpan timeout, Func<Stream, CancellationToken, ValueTask<Answer<T>>> exchange, CancellationToken cancellationToken)
        where T : class
    {
        using var deadline = new CancellationTokenSource(timeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Answer<T> answer;
        try
        {
            _stream ??= await _open(Baud, Format, either.Token);
            answer = await exchange(_stream, either.Token);
        }
        catch (OperationCanceledException)
        {
            Close();
            cancellationToken.ThrowIfCancellationRequested();
            return Silence(timeout);
        }
        catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException
            or ObjectDisposedException or InvalidOperationException)
        {
            answer = Broken(error);
        }

        if (answer.Fault is not null)
        {
            Close();
        }

        return answer;
    }

    public void Dispose() => Close();

    private void Close()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private SensorFault Silence(TimeSpan timeout) => new(
        FaultKind.Timeout,
        $"{_name}: no complete answer within {timeout.TotalMilliseconds:0} ms",
        "Check power, the crossing of TX and RX (or A and B), the bits per second and the address.");

    private SensorFault Broken(Exception error) => error is UnauthorizedAccessException
        ? new(FaultKind.Bus, $"{_name}: {error.Message.TrimEnd('.')}", "Add the user to the group dialout, and see that no other program holds the port.")
        : new(FaultKind.Bus, $"{_name}: {error.Message.TrimEnd('.')}", "Check that the adapter is plugged in, or that the gateway listens at this address.");
}
