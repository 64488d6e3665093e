namespace EdgeDePin.EdgeHub;

/// <summary>
/// Stands before the handler of one input: it lets messages in while there is a handler, and lets them wait while one has been taken
/// away and the next is not there yet.
/// </summary>
internal sealed class InputDoor
{
    private readonly Lock _gate = new();
    private Turn _turn = new();

    /// <summary>Gives the input a handler, in the place of the one that it has; calls of that one run on, and nobody waits for them any more.</summary>
    public void Open(Func<HubMessage, CancellationToken, Task<MessageResponse>> handler)
    {
        lock (_gate)
        {
            if (_turn.Handler.Task.IsCompleted)
            {
                _turn = new Turn();
            }

            _turn.Handler.SetResult(handler);
        }
    }

    /// <summary>
    /// Takes the handler away: its calls are asked to end, and when they have, this returns. Their messages and those that come
    /// after them wait for the next handler. Not from within the handler: it would wait for itself.
    /// </summary>
    public async Task CloseAsync()
    {
        Turn closed;
        lock (_gate)
        {
            if (!_turn.Handler.Task.IsCompleted)
            {
                return;
            }

            (closed, _turn) = (_turn, new Turn());
            closed.IsClosed = true;
            closed.TellWhenEmpty();
        }

        await closed.Ending.CancelAsync();
        await closed.Empty.Task;
    }

    /// <summary>Hands a message to the handler; to the next one as well, if the first is taken away before it is done.</summary>
    public async Task<MessageResponse> HandleAsync(HubMessage message, CancellationToken cancellationToken)
    {
        while (true)
        {
            Turn turn = await EnterAsync(cancellationToken);
            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, turn.Ending.Token);
                return await turn.Handler.Task.Result(message, either.Token);
            }
            catch (Exception) when (turn.IsClosed && !cancellationToken.IsCancellationRequested)
            {
                // Whatever a handler throws that was asked to end: its message is not done, and the next handler gets it.
            }
            finally
            {
                Leave(turn);
            }
        }
    }

    private async Task<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Turn turn;
            lock (_gate)
            {
                turn = _turn;
                if (turn.Handler.Task.IsCompleted)
                {
                    turn.Inside++;
                    return turn;
                }
            }

            await turn.Handler.Task.WaitAsync(cancellationToken);
        }
    }

    private void Leave(Turn turn)
    {
        lock (_gate)
        {
            turn.Inside--;
            turn.TellWhenEmpty();
        }
    }

    // The time of one handler.
    private sealed class Turn
    {
        public TaskCompletionSource<Func<HubMessage, CancellationToken, Task<MessageResponse>>> Handler { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenSource Ending { get; } = new();

        public TaskCompletionSource Empty { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Inside { get; set; }

        public bool IsClosed { get; set; }

        public void TellWhenEmpty()
        {
            if (IsClosed && Inside == 0)
            {
                Empty.TrySetResult();
            }
        }
    }
}
