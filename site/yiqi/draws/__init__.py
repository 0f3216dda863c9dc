"""The draw 摇号: a lottery for places that anybody can run again. Sign-up and the queue are booking's."""
