using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Water.Ezo;

/// <summary>The same circuits as <see cref="EzoSensor"/> on a serial line of their own. See README.md beside this file.</summary>
public sealed class EzoSerialSensor(SensorId id, StreamPort port, EzoKind kind) : SerialSensor(id, port, kind.Measures, MostPatience)
{
    public const int DefaultBaud = 9_600;

    // Silence, identity and a value: 300, 300 and 900 ms.
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(3);

    private readonly FrameScanner _scanner = new(EzoLine.At, EzoLine.Longest);
    private bool _isSetUp;

    protected override void Forget() => _isSetUp = false;

    protected override async ValueTask<Answer<SampleBuffer>> ExchangeAsync(Stream line, SampleBuffer into, CancellationToken cancellationToken)
    {
        _scanner.Clear();
        if (!_isSetUp)
        {
            if (await SetUpAsync(line, cancellationToken) is { } fault)
            {
                return fault;
            }

            _isSetUp = true;
        }

        Answer<string> answer = await AskAsync(line, EzoLine.Read, cancellationToken);
        if (answer.Failed(out SensorFault? failed, out string? text))
        {
            return failed;
        }

        if (!EzoLine.TryNumber(text, out double value) || value < kind.Lowest || value > kind.Highest)
        {
            return new SensorFault(
                FaultKind.Corrupted, $"'{text}' is no value from {kind.Lowest} to {kind.Highest}",
                "Check the wires; if it stays, the probe is dry, broken or was never calibrated.");
        }

        into.Add(kind.Measures[0], value * kind.Factor);
        return into;
    }

    protected override SensorFault? Disturbed(SensorFault silence) => _scanner.Discarded == 0 ? null : new(
        FaultKind.Corrupted, $"{silence.Detail}; {_scanner.Discarded} bytes that are no text came",
        "Check ground and length of the wires, that the line runs at 9600 bit/s, and that the circuit is in UART mode (green light).");

    private async ValueTask<SensorFault?> SetUpAsync(Stream line, CancellationToken cancellationToken)
    {
        // What it said by itself until then, and what it says to half a command of before, is no answer of ours.
        await line.WriteAsync(EzoLine.BeSilent, cancellationToken);
        while (await LineAsync(line, cancellationToken) != EzoLine.Success)
        {
        }

        Answer<string> answer = await AskAsync(line, EzoLine.Identify, cancellationToken);
        return answer.Failed(out SensorFault? fault, out string? identity) ? fault
            : identity.StartsWith($"?i,{kind.Name},", StringComparison.OrdinalIgnoreCase) ? null
            : new SensorFault(
                FaultKind.WrongChip, $"it says '{identity[..Math.Min(16, identity.Length)]}', expected ?i,{kind.Name}", "Check the port: another circuit answers there.");
    }

    // A line of text and the code that it is whole.
    private async ValueTask<Answer<string>> AskAsync(Stream line, ReadOnlyMemory<byte> question, CancellationToken cancellationToken)
    {
        await line.WriteAsync(question, cancellationToken);
        string? answer = null;
        while (true)
        {
            string said = await LineAsync(line, cancellationToken);
            if (!EzoLine.IsCode(said))
            {
                answer = said;
            }
            else if (EzoLine.Fault(said) is { } fault)
            {
                return fault;
            }
            else if (said == EzoLine.Success && answer is not null)
            {
                return answer;
            }
        }
    }

    private async ValueTask<string> LineAsync(Stream line, CancellationToken cancellationToken) =>
        EzoLine.Text((await _scanner.ReadAsync(line, cancellationToken)).Span);
}
