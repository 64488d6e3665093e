using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>The last lines that a module wrote to its log, for its support bundle.</summary>
internal sealed class RecentLog(TimeProvider time) : ILoggerProvider
{
    /// <summary>At 500 characters each they fit a method's answer.</summary>
    private const int MaxLines = 200;

    private const int MaxLineLength = 500;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Writer(this);

    public void Dispose()
    {
    }

    private void Add(LogLevel level, string text)
    {
        string line = $"{time.GetUtcNow():u} {level}: {text}";
        lock (_gate)
        {
            _lines.Enqueue(line.Length > MaxLineLength ? line[..MaxLineLength] : line);
            if (_lines.Count > MaxLines)
            {
                _lines.Dequeue();
            }
        }
    }

    private sealed class Writer(RecentLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Add(logLevel, exception is null ? formatter(state, null) : $"{formatter(state, exception)} {exception.Message}");
    }
}
